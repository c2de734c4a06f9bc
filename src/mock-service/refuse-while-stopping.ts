import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerSocket, refusal, textAnswer, writeAnswer } from './http/index.js';
import type { Clock } from './kit/index.js';

/*
 * A service that stops answers 503. Clients retry after 503, but give up after 4xx (H11), and the service may be started
 * again soon.
 */

const REASON = 'The service is stopping; try again';

/** Answers a request. Returns true: no other handler is needed. */
export function refuseWhileStopping(response: ServerResponse): boolean {
  writeAnswer(response, textAnswer(503, REASON, { 'retry-after': '1' }), { close: true });
  return true;
}

/** Answers an upgrade. Returns true: no other handler is needed. */
export function refuseUpgradeWhileStopping(socket: Duplex, clock: Clock, channelId: string): boolean {
  const { headers, ...answer } = refusal(503, REASON, channelId);
  answerSocket(socket, { ...answer, headers: { ...headers, 'retry-after': '1' } }, clock);
  return true;
}
