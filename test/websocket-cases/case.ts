/** How the server is to end the connection: with one of these close codes, then TCP. */
export interface Ends {
  readonly ends: readonly number[];
  /** The connection has not failed (7.1.7): the server may wait for the client's close frame before it ends TCP. */
  readonly mayWait?: true;
  /** The reason, where it has to be a certain one. */
  readonly reason?: string;
}

/** What has to follow once the client has sent everything. */
export interface Expectation {
  /** Payloads of the pongs, in order; no other pong comes. */
  readonly pongs?: readonly (Uint8Array | string)[];
  /** Tunnel bytes that reach the other side, exactly. */
  readonly carries?: Uint8Array;
  /**
   * `open`: a ping is answered and nothing else has come. `gone`: TCP is ended, whether or not a close frame came
   * first. `either`: RFC 6455 leaves it open whether the server goes on or fails the connection; it does one of them.
   */
  readonly outcome: 'open' | 'gone' | 'either' | Ends;
}

/** What a client sends on an open WebSocket, and what a server has to make of it. */
export interface FrameCase extends Expectation {
  /** In the order of the Autobahn test suite: 1 framing, 2 pings, 3 reserved bits, 4 opcodes … */
  readonly id: string;
  readonly title: string;
  /** RFC 6455, unless another source is named: where the expectation comes from. */
  readonly clause: string;
  readonly sends: readonly Uint8Array[];
  /** After `sends`: the client ends its side of TCP, or resets it. */
  readonly thenClient?: 'ends' | 'resets';
}

/** What a client asks for before there is a WebSocket. */
export interface HandshakeCase {
  readonly id: string;
  readonly title: string;
  readonly clause: string;
  /** Makes the request from one that is right. */
  readonly request: (right: Request) => string;
  /** Bytes in one piece with the request; more of them follow the answer. */
  readonly behind?: readonly [withRequest: Uint8Array, afterAnswer?: Uint8Array];
  /**
   * What answers it: a status, or one of several. 101 means that the whole answer is as RFC 6455, 4.2.2 wants it and
   * that a ping behind it is answered. `'gone'`: TCP may also be ended without an answer.
   */
  readonly answers: readonly (number | 'gone')[];
  /** Headers that the answer has, in lower case; null: it must not have it. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** After a 101. Default: nothing more than SERVICE_IDS comes, and a ping is answered. */
  readonly expected?: Expectation;
}

/** A handshake request in parts. */
export interface Request {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export const open = (more: Omit<Expectation, 'outcome'> = {}): Expectation => ({ ...more, outcome: 'open' });
export const pongs = (...payloads: (Uint8Array | string)[]): Expectation => open({ pongs: payloads });
export const carries = (bytes: Uint8Array, more: Omit<Expectation, 'outcome'> = {}): Expectation =>
  open({ carries: bytes, ...more });
export const fails = (...ends: number[]): Expectation => ({ outcome: { ends } });
export const closes = (...ends: number[]): Expectation => ({ outcome: { ends, mayWait: true } });
export const answersClose = (code: number, reason = ''): Expectation => ({
  outcome: { ends: [code], reason },
});

/** A row of a table of cases. */
export function row(
  id: string,
  title: string,
  clause: string,
  sends: readonly Uint8Array[],
  expected: Expectation,
): FrameCase {
  return { id, title, clause, sends, ...expected };
}
