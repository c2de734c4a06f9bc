import type { Message, MessageFormat, RuleId, Side } from '../../src/protocol/index.js';
import type { Declarations } from '../../src/scenario-runner/index.js';
import type { ClientFrame } from '../../src/scenario-runner/wire/client-frames.js';
import type { Head } from './between/head.js';
import type { Trust } from './between/secured.js';
import type { Wire } from './between/wire.js';

/** What goes on in a message's place: nothing (null), messages, or tunnel bytes as they are. */
export type Passed = Message | Uint8Array | null | readonly (Message | Uint8Array)[];

/** What is done to one direction of a WebSocket. */
export interface Way {
  /** A WebSocket frame, mask taken off. */
  readonly frame?: (frame: ClientFrame) => readonly ClientFrame[];
  /** A tunnel message, put together from whatever it came in; `raw` is its frame, length prefix included. */
  readonly message?: (message: Message, raw: Uint8Array) => Passed;
  /** A tunnel frame that does not parse. */
  readonly unparsable?: (raw: Uint8Array) => Passed;
}

/** What a mutant does to one WebSocket of a client that is otherwise good. */
export interface Hooks {
  /** Edits the request; null sends none. */
  readonly request?: (head: Head) => void;
  /** Edits the response, also one that refuses. */
  readonly response?: (head: Head) => void;
  /** The response's bytes as they come, before they are put together; null swallows them. */
  readonly responseBytes?: (bytes: Buffer) => Buffer | null;
  /** A refusal: a number repeats the request after so many milliseconds, behind the good client's back. */
  readonly refused?: (status: number) => number | undefined;
  /** From the client to the service. */
  readonly up?: Way;
  /** From the service to the client. */
  readonly down?: Way;
  /** The service cut TCP. `true`: the client is not told. */
  readonly lost?: () => boolean;
  /** The good client ended TCP. `true`: the service is not told. */
  readonly gone?: () => boolean;
}

/** What only a process of its own can do wrong: always, or when it is asked. */
export interface ProcessFault {
  readonly ignoresSigterm?: true | (() => boolean);
  /** Ends by another signal when it is asked to end. */
  readonly crashesOnSigterm?: true;
  /** Exit status when the tunnel was closed. */
  readonly statusWhenClosed?: number;
  readonly staysWhenClosed?: true | (() => boolean);
}

/** A client that breaks one thing and otherwise carries a session. */
export interface Mutant {
  readonly id: string;
  /** What it does wrong, in words. */
  readonly breaks: string;
  /** The rules it breaks: scenarios that name one of them are run against it. */
  readonly rules: readonly [RuleId, ...RuleId[]];
  /** Default both. */
  readonly roles?: readonly Side[];
  /** The first is the one the quick matrix runs. Default V3, V2, V1. */
  readonly versions?: readonly [MessageFormat, ...MessageFormat[]];
  readonly declares?: Partial<Declarations>;
  /** Speaks TLS to the service. Default: plain. */
  readonly tls?: Trust;
  /** Runs in a process of its own. */
  readonly process?: ProcessFault;
  /** Called for each WebSocket the client opens. */
  readonly hooks: (wire: Wire) => Hooks;
}
