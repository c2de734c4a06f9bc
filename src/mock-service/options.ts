import type { Logger } from 'pino';
import { z } from 'zod';
import { cookieSchema, DEFAULT_COOKIE_PATH } from './browser-auth/index.js';
import { captureSchema } from './capture/index.js';
import { CERTIFICATE_FAULTS, defaultStateDir } from './certificates/index.js';
import { keyPairSchema } from './control-plane/index.js';
import { enforcementSchema, reframingSchema, resetOnPeerLossSchema } from './data-plane/index.js';
import { type Clock, ServiceError } from './kit/index.js';
import { closesSchema } from './rules/index.js';
import { DEFAULT_VISIBLE_CLOSED_MS, quotaSchema } from './tunnels/index.js';

const milliseconds = z.number().nonnegative().finite();
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/i;
const rate = z.number().positive().finite();

/** Options that a file can hold. Times are milliseconds, sizes bytes, unless the name says otherwise. */
export const serviceOptionsSchema = z.strictObject({
  /** Address or name to listen on. `localhost` means 127.0.0.1 and ::1, nothing else. */
  host: z.string().min(1).default('localhost'),
  /** 0 picks a free one. */
  port: z.number().int().min(0).max(65_535).default(0),
  /** Where the CA is kept, made on first start. Default: the user's state folder. */
  stateDir: z.string().min(1).default(defaultStateDir),
  /** What clients are shown over TLS: a certificate that they may trust, or one with this fault (H13). */
  certificate: z.enum(['right', ...CERTIFICATE_FAULTS]).default('right'),
  /** Further ports on the same host, for clients with a built-in one: 443 and a name in the hosts file. */
  alsoListen: z.array(z.number().int().min(0).max(65_535)).max(16).default([]),
  /** Host names, beside `localhost`, that lead here: requests that name another one are refused (docs/control-plane.md). */
  advertise: z
    .array(z.string().regex(HOST_NAME, 'must be a host name without port, such as tunnels.example.com'))
    .max(100)
    .default([]),
  /** Makes ids, tokens and random re-framing repeatable. Random unless given; told as `seed` either way. */
  seed: z.union([z.string(), z.number()]).optional(),
  /** Of the tunnels' ARNs. */
  region: z.string().min(1).default('us-east-1'),
  /** Of the tunnels' ARNs: twelve digits. */
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'must be twelve digits')
    .default('000000000000'),
  /** Requests to the control plane must be signed with these keys (SigV4). Not checked unless given. */
  requireSignature: keyPairSchema.optional(),
  /** Port of an embedded MQTT broker that tells devices of tunnels, plain and TLS; 0 picks a free one. */
  mqttPort: z.number().int().min(0).max(65_535).optional(),
  /** Or an MQTT broker elsewhere, such as mqtt://localhost:1883; may be given with `mqttPort`. */
  mqttUrl: z.string().min(1).optional(),
  /** Where pages POST their token to have it set as a cookie. */
  cookiePath: z.string().default(DEFAULT_COOKIE_PATH),
  /** Origins of pages that may do so. Default: loopback origins. Never `*`. */
  allowOrigins: z.array(z.string()).optional(),
  /** Attributes of that cookie; the defaults work on localhost, over TLS and plain. */
  cookie: cookieSchema.prefault({}),
  /** Refuses the dialects of public clients (docs/protocol.md#dialects). */
  strict: z.boolean().default(false),
  /** A client that breaks a MUST is closed, only reported, or not looked at (M1–M13, W1, W2). */
  enforce: enforcementSchema.default('close'),
  /** How tunnel bytes are laid out in WebSocket messages (W4). */
  reframing: reframingSchema.default({ mode: 'as-sent' }),
  /** When the peer of a side is told of the streams it leaves: when it is replaced, or also when it is lost (S15). */
  resetOnPeerLoss: resetOnPeerLossSchema.default('replaced'),
  /** Whether pings are answered (W3). */
  answerPings: z.boolean().default(true),
  /** A side that has this much waiting for it slows its peer. */
  highWaterBytes: z
    .number()
    .int()
    .min(1)
    .default(1024 * 1024),
  /** What a client asks for has to be there by then: its TLS handshake, a request with its body, the CONNECT of MQTT. */
  requestTimeoutMs: z.number().int().min(1).max(600_000).default(30_000),
  /** Wait for a client's close frame before TCP is dropped. */
  closeTimeoutMs: milliseconds.default(2000),
  /** Frames of each session kept for `session.received`; 0 for none. */
  observedFrames: z.number().int().nonnegative().default(64),
  /** Close codes and reasons, which no public source settles (D21, D22, D24, D28). */
  closes: closesSchema.prefault({}),
  /** Whoever bears it may use the admin API, from anywhere. Without one only this machine may. */
  adminToken: z
    .string()
    .regex(/^[\x21-\x7e]{8,}$/, 'must be at least 8 printable characters')
    .optional(),
  /** Records every frame and event from the start (docs/captures.md). */
  capture: captureSchema
    .omit({ tunnelId: true })
    .extend({ file: captureSchema.shape.file.unwrap() })
    .optional(),
  /** Closed tunnels stay visible for this long. */
  visibleClosedMs: milliseconds.default(DEFAULT_VISIBLE_CLOSED_MS),
  /** No limit where not given. AWS documents 3 services a tunnel, and a bandwidth of 100000 bytes a second. */
  limits: quotaSchema
    .extend({
      /** Of a tunnel, both directions together, pings included (W5): the sender is slowed, nothing is dropped. */
      bandwidthBytesPerSecond: rate.optional(),
      /** Handshakes beyond this are answered with 429. */
      handshakesPerSecond: rate.optional(),
    })
    .prefault({}),
});

/** Options that only a program can give. */
export interface RuntimeOptions {
  /** The service's clock; real time unless given. */
  readonly clock?: Clock | undefined;
  /** Gets every event but `frame-relayed`, as JSON lines. No log unless given. */
  readonly logger?: Logger | undefined;
}

/** What `startMockService` takes; everything may be left out. */
export type ServiceOptions = z.input<typeof serviceOptionsSchema> & RuntimeOptions;

/** Every option settled. */
export type SettledOptions = z.output<typeof serviceOptionsSchema> & RuntimeOptions;

/**
 * Checks options and fills in the defaults.
 * @throws {ServiceError} INVALID_OPTION, naming the option and what it must be.
 */
export function settleOptions(options: ServiceOptions = {}): SettledOptions {
  const { clock, logger, ...fileOptions } = options;
  const parsed = serviceOptionsSchema.safeParse(fileOptions);
  if (parsed.success) return { ...parsed.data, clock, logger };
  const [issue] = parsed.error.issues;
  const where = issue!.path.join('.') || 'options';
  throw new ServiceError('INVALID_OPTION', `Option '${where}' is not valid: ${issue!.message}`);
}
