import type { z } from 'zod';
import type { HandshakeScript, Reframing, Session, Stage } from '../data-plane/index.js';
import type { Clock, NumberSource } from '../kit/index.js';

/** What a fault can use. If a callback that it sets throws, only the connection that it works on ends. */
export interface FaultEnvironment {
  /** The clock for all delays. */
  readonly clock: Clock;
  /** Numbers from 0 up to, but not including, 1. The same seed gives the same numbers. */
  readonly random: NumberSource;
  /** Whether the fault acts this time. It is true with the probability `toxicity`. For faults that act on each frame. */
  readonly strikes: () => boolean;
  /** Runs a callback in the next turn of the event loop. Returns a function that cancels it. */
  readonly nextTurn: (run: () => void) => Undo;
  /** How sessions behave without faults. */
  readonly usual: { readonly reframing: Reframing; readonly answerPings: boolean };
}

/** Undoes what a fault has done to a session. */
export type Undo = () => void;

/** A kind of fault. It has up to three parts; each is optional. `docs/creating-faults.md` explains one step by step. */
export interface FaultKind<A = unknown> {
  /** The name in JSON: lower case, words joined by underscores. */
  readonly type: string;
  /** One sentence, for lists and the API's description. */
  readonly summary: string;
  /** Checks the attributes and fills in their defaults. */
  readonly attributes: z.ZodType<A>;
  /** What `toxicity` applies to: each frame, or each connection (then also each handshake). */
  readonly per: 'frame' | 'connection';
  /** Works on the frames that go to a side, or on the bytes of its wire. A new stage is made for each connection. */
  stage?(attributes: A, environment: FaultEnvironment, session: Session): Stage;
  /** Works on the connection of a side, before anything is sent on it. */
  session?(session: Session, attributes: A, environment: FaultEnvironment): Undo;
  /** Works on handshakes, for as long as the fault is installed. */
  handshake?(attributes: A): HandshakeScript;
}

/** Lets TypeScript infer the type of the attributes. */
export function defineFault<A>(kind: FaultKind<A>): FaultKind<A> {
  return kind;
}
