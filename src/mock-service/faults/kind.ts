import type { z } from 'zod';
import type { HandshakeScript, Reframing, Session, Stage } from '../data-plane/index.js';
import type { Clock, NumberSource } from '../kit/index.js';

/** What a fault may use. What a callback given to it throws ends the connection that it works on, and no other. */
export interface FaultEnvironment {
  /** All delays run on it. */
  readonly clock: Clock;
  /** Numbers from 0 up to 1, the same for the same seed. */
  readonly random: NumberSource;
  /** Whether the fault strikes this time: true with the probability `toxicity`. For faults that strike each frame. */
  readonly strikes: () => boolean;
  /** Runs something in the next turn of the event loop; returns how to call it off. */
  readonly nextTurn: (run: () => void) => Undo;
  /** What sessions do without faults. */
  readonly usual: { readonly reframing: Reframing; readonly answerPings: boolean };
}

/** Takes back what a fault has done to a session. */
export type Undo = () => void;

/**
 * A kind of fault. It is made of up to three parts; each is optional.
 * `docs/creating-faults.md` walks through one.
 */
export interface FaultKind<A = unknown> {
  /** As in JSON: lower case, words joined by underscores. */
  readonly type: string;
  /** One sentence, for lists and the API's description. */
  readonly summary: string;
  /** Checks the attributes and fills in their defaults. */
  readonly attributes: z.ZodType<A>;
  /** What `toxicity` is the probability for: each frame, or each connection (then also each handshake). */
  readonly per: 'frame' | 'connection';
  /** Works on the frames that go to a side, or on the bytes of its wire. Made anew for each connection of that side. */
  stage?(attributes: A, environment: FaultEnvironment, session: Session): Stage;
  /** Works on the connection of a side, before anything is sent on it. */
  session?(session: Session, attributes: A, environment: FaultEnvironment): Undo;
  /** Works on handshakes, for as long as the fault is installed. */
  handshake?(attributes: A): HandshakeScript;
}

/** Keeps the type of the attributes where a kind is written down. */
export function defineFault<A>(kind: FaultKind<A>): FaultKind<A> {
  return kind;
}
