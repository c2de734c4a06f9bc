import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerSocket, refusal, textAnswer, writeAnswer } from './http/index.js';
import type { Clock } from './kit/index.js';

/*
 * A service that stops says so with 503, which clients retry (H11): any 4xx would tell them to give up, and the service
 * may be back in a moment.
 */

const REASON = 'The service is stopping; try again';

/** For requests; true: it was answered. */
export function refuseWhileStopping(response: ServerResponse): boolean {
  writeAnswer(response, textAnswer(503, REASON, { 'retry-after': '1' }), { close: true });
  return true;
}

/** For upgrades; true: it was answered. */
export function refuseUpgradeWhileStopping(socket: Duplex, clock: Clock, channelId: string): boolean {
  const { headers, ...answer } = refusal(503, REASON, channelId);
  answerSocket(socket, { ...answer, headers: { ...headers, 'retry-after': '1' } }, clock);
  return true;
}
