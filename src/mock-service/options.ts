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

/** Options that a file can hold. Times are in milliseconds and sizes in bytes, unless the name says otherwise. */
export const serviceOptionsSchema = z.strictObject({
  /** Address or name to listen on. `localhost` means exactly 127.0.0.1 and ::1. */
  host: z.string().min(1).default('localhost'),
  /** 0 picks a free port. */
  port: z.number().int().min(0).max(65_535).default(0),
  /** The folder of the CA. The CA is made at the first start. Default: `tunnel-testbed` in the user's state folder. */
  stateDir: z.string().min(1).default(defaultStateDir),
  /** The certificate that TLS clients get: a valid one (`right`), or one with this fault (H13). */
  certificate: z.enum(['right', ...CERTIFICATE_FAULTS]).default('right'),
  /** Further ports on the same host. For clients with a built-in port: give 443, and put the name in the hosts file. */
  alsoListen: z.array(z.number().int().min(0).max(65_535)).max(16).default([]),
  /**
   * Host names, besides `localhost`, that lead to the service. Requests for other names are refused
   * (docs/control-plane.md).
   */
  advertise: z
    .array(z.string().regex(HOST_NAME, 'must be a host name without port, such as tunnels.example.com'))
    .max(100)
    .default([]),
  /** Makes ids, tokens and random re-framing repeatable. Default: random. The started service has it as `seed`. */
  seed: z.union([z.string(), z.number()]).optional(),
  /** The region in the tunnels' ARNs. */
  region: z.string().min(1).default('us-east-1'),
  /** The account in the tunnels' ARNs: twelve digits. */
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'must be twelve digits')
    .default('000000000000'),
  /** Requests to the control plane must be signed with these keys (SigV4). Default: signatures are not checked. */
  requireSignature: keyPairSchema.optional(),
  /** Port of an embedded MQTT broker that notifies devices (docs/devices.md). 0 picks a free port. Default: no broker. */
  mqttPort: z.number().int().min(0).max(65_535).optional(),
  /** Whether devices must present a certificate to it: `optional`, `required`, or a PEM file of CAs that must have signed it. */
  mqttClientCert: z.string().min(1).default('optional'),
  /**
   * URL of an MQTT broker that runs elsewhere, such as mqtt://localhost:1883. It may be given together with `mqttPort`.
   */
  mqttUrl: z.string().min(1).optional(),
  /** The path to which pages POST their token to get it as a cookie. */
  cookiePath: z.string().default(DEFAULT_COOKIE_PATH),
  /** Origins of the pages that may do so. `*` is not allowed. Default: loopback origins. */
  allowOrigins: z.array(z.string()).optional(),
  /** Attributes of that cookie. The defaults work on localhost, over TLS and plain. */
  cookie: cookieSchema.prefault({}),
  /** Refuses the dialects of public clients (docs/protocol.md#dialects). */
  strict: z.boolean().default(false),
  /** What happens to a client that breaks a MUST of M1–M13, W1 or W2: it is closed, only reported, or not checked. */
  enforce: enforcementSchema.default('close'),
  /** How tunnel bytes are divided into WebSocket messages (W4). */
  reframing: reframingSchema.default({ mode: 'as-sent' }),
  /** When the peer gets STREAM_RESET for a side's streams (S15): when the side is replaced, or also when it is lost. */
  resetOnPeerLoss: resetOnPeerLossSchema.default('replaced'),
  /** Whether pings are answered (W3). */
  answerPings: z.boolean().default(true),
  /** When this many bytes wait for a side, the service stops reading from its peer. */
  highWaterBytes: z
    .number()
    .int()
    .min(1)
    .default(1024 * 1024),
  /** How long a client may take for each of these: its TLS handshake, a request with its body, the CONNECT of MQTT. */
  requestTimeoutMs: z.number().int().min(1).max(600_000).default(30_000),
  /** How long to wait for a client's close frame before TCP is dropped. */
  closeTimeoutMs: milliseconds.default(2000),
  /** How many frames of each session are kept for `session.received`. */
  observedFrames: z.number().int().nonnegative().default(64),
  /** Close codes and reasons. No public source documents them (D21, D22, D24, D28). */
  closes: closesSchema.prefault({}),
  /**
   * With an admin token, requests that carry it may use the admin API from anywhere. Without one, only this machine
   * may.
   */
  adminToken: z
    .string()
    .regex(/^[\x21-\x7e]{8,}$/, 'must be at least 8 printable characters')
    .optional(),
  /** Records every frame and event from the start (docs/captures.md). */
  capture: captureSchema
    .omit({ tunnelId: true })
    .extend({ file: captureSchema.shape.file.unwrap() })
    .optional(),
  /** How long closed tunnels stay visible. */
  visibleClosedMs: milliseconds.default(DEFAULT_VISIBLE_CLOSED_MS),
  /** A limit that is not given does not apply. AWS documents 3 services for each tunnel, and 100000 bytes a second. */
  limits: quotaSchema
    .extend({
      /**
       * Bandwidth of a tunnel, both directions together, pings included (W5). A sender that exceeds it waits; nothing is
       * dropped.
       */
      bandwidthBytesPerSecond: rate.optional(),
      /** Handshakes that exceed this rate are answered with 429. */
      handshakesPerSecond: rate.optional(),
    })
    .prefault({}),
});

/** Options that only a program can give. */
export interface RuntimeOptions {
  /** The service's clock. Default: real time. */
  readonly clock?: Clock | undefined;
  /** Gets every event as a JSON line, except events of frames. Default: no log. */
  readonly logger?: Logger | undefined;
}

/** The options of `startMockService`. All are optional. */
export type ServiceOptions = z.input<typeof serviceOptionsSchema> & RuntimeOptions;

/** The options with all defaults filled in. */
export type SettledOptions = z.output<typeof serviceOptionsSchema> & RuntimeOptions;

/**
 * Checks options and fills in the defaults.
 * @throws {ServiceError} INVALID_OPTION; its message names the option and what its value must be.
 */
export function settleOptions(options: ServiceOptions = {}): SettledOptions {
  const { clock, logger, ...fileOptions } = options;
  const parsed = serviceOptionsSchema.safeParse(fileOptions);
  if (parsed.success) return { ...parsed.data, clock, logger };
  const [issue] = parsed.error.issues;
  const where = issue!.path.join('.') || 'options';
  throw new ServiceError('INVALID_OPTION', `Option '${where}' is not valid: ${issue!.message}`);
}
