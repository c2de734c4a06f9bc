import { setTimeout as delay } from 'node:timers/promises';
import { toFields } from '../../mock-service/capture/index.js';
import { decodeMessage, encodeMessage, type Message, MessageType } from '../../protocol/index.js';
import { describeFields } from '../describe-entry.js';
import { CaptureError } from '../errors.js';
import type { CapturedFrame } from '../reader.js';
import type { Conversation } from './conversation.js';
import { IdMap } from './id-map.js';
import { type Incoming, IncomingMessages } from './incoming.js';

/** The connection to the live peer. */
export interface LivePeer {
  send(bytes: Uint8Array): void;
  /** `onBytes` is called for tunnel bytes of the peer, `onEnd` at the end. */
  listen(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void;
}

export interface ReplayOptions {
  /**
   * `side`: sends the frames that the recorded client sent, and expects the frames that it received. `service`: the other
   * way round.
   */
  readonly play: 'side' | 'service';
  readonly pace: 'recorded' | 'fastest';
  /** How long to wait for each expected message, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether the recording left payloads out. Then only their lengths are compared. */
  readonly payloadsOmitted: boolean;
}

/** A place where the live peer differs from the recording. */
export interface Departure {
  /** The line of the capture, counted from 1. 0 for messages after the end of the recording. */
  readonly line: number;
  readonly expected: string;
  readonly got: string;
}

export interface ReplayReport {
  readonly sent: number;
  readonly matched: number;
  /** Empty if the live peer did everything as in the recording. */
  readonly departures: readonly Departure[];
  /** False if the replay was given up because an expected message did not come. */
  readonly finished: boolean;
}

/** Plays one side of a recorded conversation to a live peer. */
export async function replay(
  conversation: Conversation,
  peer: LivePeer,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const incoming = new IncomingMessages();
  peer.listen(
    (bytes) => incoming.push(bytes),
    () => incoming.end(),
  );
  const ids = new IdMap();
  const departures: Departure[] = [];
  let sent = 0;
  let matched = 0;
  const ours = options.play === 'side' ? 'received' : 'sent';
  const startedAt = performance.now();
  const firstAt = conversation.frames[0]?.at ?? 0;
  for (const frame of conversation.frames) {
    if (frame.direction === ours) {
      const wait = frame.at - firstAt - (performance.now() - startedAt);
      if (options.pace === 'recorded' && wait > 0) await delay(wait);
      peer.send(ids.translateFrame(bytesOf(frame)));
      sent++;
      continue;
    }
    const departure = await expectFrame(frame, incoming, ids, options);
    if (departure === undefined) matched++;
    else departures.push(departure);
    if (departure?.got === NOTHING) return { sent, matched, departures, finished: false };
  }
  departures.push(...beyond(incoming));
  return { sent, matched, departures, finished: true };
}

const NOTHING = 'nothing in time';

async function expectFrame(
  frame: CapturedFrame,
  incoming: IncomingMessages,
  ids: IdMap,
  options: ReplayOptions,
): Promise<Departure | undefined> {
  const { line } = frame;
  const recorded = decoded(frame);
  if (recorded === undefined) {
    const got = await incoming.next(options.timeoutMs);
    if (got !== undefined && 'unreadable' in got) return undefined;
    return { line, expected: 'bytes that are not a message', got: show(got) };
  }
  if (recorded.type === MessageType.DATA) return expectData(line, recorded, incoming, ids, options);
  const got = await incoming.next(options.timeoutMs);
  const live = got !== undefined && 'message' in got ? got.message : undefined;
  if (live !== undefined) ids.learn(recorded, live);
  const expected = ids.translate(recorded);
  if (live !== undefined && equal(expected, live)) return undefined;
  return { line, expected: describeFields(toFields(expected)), got: show(got) };
}

async function expectData(
  line: number,
  recorded: Message,
  incoming: IncomingMessages,
  ids: IdMap,
  { timeoutMs, payloadsOmitted }: ReplayOptions,
): Promise<Departure | undefined> {
  const expected = ids.translate(recorded);
  const { payload } = expected;
  const got = await incoming.data(expected, payload.length, timeoutMs);
  if (got.length === payload.length && (payloadsOmitted || got.equals(payload))) return undefined;
  const words = describeFields(toFields(expected));
  if (got.length === 0) return { line, expected: words, got: NOTHING };
  return { line, expected: words, got: describeFields(toFields({ ...expected, payload: got })) };
}

function beyond(incoming: IncomingMessages): Departure[] {
  const { others, dataBytes } = incoming.rest;
  const departures = others.map((other) => ({ line: 0, expected: 'nothing more', got: show(other) }));
  if (dataBytes > 0)
    departures.push({ line: 0, expected: 'nothing more', got: `${dataBytes} bytes of DATA` });
  return departures;
}

function equal(one: Message, other: Message): boolean {
  return Buffer.compare(encodeMessage(one), encodeMessage(other)) === 0;
}

function show(incoming: Incoming | undefined): string {
  if (incoming === undefined) return NOTHING;
  if ('message' in incoming) return describeFields(toFields(incoming.message));
  return `${incoming.unreadable.length} bytes that are not a message`;
}

/** @throws {CaptureError} CAPTURE_BYTES_OMITTED. */
function bytesOf({ bytes, line }: CapturedFrame): Uint8Array {
  if (bytes !== undefined) return bytes;
  const what = 'has no bytes: the recording left them out, and the fields do not determine them';
  throw new CaptureError('CAPTURE_BYTES_OMITTED', line, what);
}

function decoded(frame: CapturedFrame): Message | undefined {
  try {
    return decodeMessage(bytesOf(frame), 2);
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    return undefined;
  }
}
