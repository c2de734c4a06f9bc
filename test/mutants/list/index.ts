import type { Mutant } from '../mutant.js';
import { CONFIGURATION } from './configuration.js';
import { CONNECTIONS } from './connections.js';
import { DIALLING } from './dialling.js';
import { ENDS } from './ends.js';
import { FLOW } from './flow.js';
import { FRAMES } from './frames.js';
import { HANDSHAKE } from './handshake.js';
import { IDS_AGAIN } from './ids-again.js';
import { MANY } from './many.js';
import { MESSAGES } from './messages.js';
import { MIXING } from './mixing.js';
import { PROCESSES } from './processes.js';
import { SESSIONS } from './sessions.js';
import { SMALL } from './small.js';
import { STREAMS } from './streams.js';
import { WEBSOCKET } from './websocket.js';

/** Every mutant. */
export const MUTANTS: readonly Mutant[] = [
  ...HANDSHAKE,
  ...WEBSOCKET,
  ...FRAMES,
  ...MESSAGES,
  ...STREAMS,
  ...ENDS,
  ...SMALL,
  ...IDS_AGAIN,
  ...DIALLING,
  ...MANY,
  ...CONNECTIONS,
  ...MIXING,
  ...SESSIONS,
  ...CONFIGURATION,
  ...FLOW,
  ...PROCESSES,
];

/** @throws {RangeError} where there is none of that id. */
export function mutantById(id: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.id === id);
  if (found === undefined) throw new RangeError(`There is no mutant '${id}'`);
  return found;
}
