import type { MessageFormat, RuleId, Side } from 'tunnel-testbed/protocol';
import {
  ARRIVALS,
  type Arrival,
  arrange,
  Opcode,
  type ServerFrame,
  type StreamIds,
  type TriggerCode,
} from 'tunnel-testbed/scenarios';
import { errorsOf } from './errors.js';
import { allCombinations, type Combination, pairwise } from './pairwise.js';

/** The states in which a client receives a message that may be an error. */
export const STATES = ['before-ids', 'idle', 'open', 'transfer', 'ended', 'reconnected'] as const;
export type State = (typeof STATES)[number];

/** One cell: a message that may be an error, the client's state, and the way in which the message arrives. */
export interface ErrorCell {
  readonly name: string;
  readonly message: string;
  readonly rule: RuleId;
  readonly trigger: TriggerCode;
  readonly state: State;
  readonly arrival: Arrival;
  /** Afterwards the client gets its right services again, and no further cell uses it. */
  readonly remaps: boolean;
  readonly frames: (stream: StreamIds, services: readonly string[]) => ServerFrame[];
}

export interface ErrorCellsOf {
  readonly role: Side;
  readonly version: MessageFormat;
  readonly reconnects: boolean;
  /** Every combination instead of a set that covers the pairs of rule, message, state and arrival. */
  readonly full: boolean;
}

/** The cells of messages that may be errors. */
export function errorCellsOf({ role, version, reconnects, full }: ErrorCellsOf): ErrorCell[] {
  const messages = errorsOf(role, version);
  const allows = ([m, s, a]: Combination): boolean => {
    const state = STATES[s!]!;
    // A text message belongs to the WebSocket layer, so it is not cut.
    if (messages[m!]!.text === true && ARRIVALS[a!] !== 'alone') return false;
    return state === 'before-ids' ? version !== 'V1' : state !== 'reconnected' || reconnects;
  };
  const pairs = ([m, s, a]: Combination): string[] => {
    const { rule } = messages[m!]!;
    return [`${rule} ${s}`, `${rule} arriving ${a}`, `${s} arriving ${a}`, `message ${m} ${s}`];
  };
  const sizes = [messages.length, STATES.length, ARRIVALS.length];
  const chosen = full ? allCombinations(sizes).filter(allows) : pairwise(sizes, allows, pairs);
  return chosen.map(([m, s, a]) => {
    const { name, rule, trigger, bytes, text, remaps = false } = messages[m!]!;
    const [state, arrival] = [STATES[s!]!, ARRIVALS[a!]!];
    return {
      name: `${name}, ${state}, ${arrival}`,
      message: name,
      rule,
      trigger,
      state,
      arrival,
      remaps,
      frames: (stream, services) => {
        const subject = bytes(stream, services);
        return text === true ? [{ opcode: Opcode.TEXT, payload: subject }] : arrange(arrival, { subject });
      },
    };
  });
}
