import type { Logger } from 'pino';
import type { EventHub, ServiceEvent } from './events.js';

const WARNINGS: ReadonlySet<string> = new Set([
  'rule-broken',
  'handshake-rejected',
  'notification-failed',
  'capture-failed',
  'ca-renewed',
]);

/**
 * Writes each event as one JSON line with the event's own fields, except the frequent events about frames. Events hold no
 * tokens.
 */
export function logEvents(events: EventHub, logger: Logger): () => void {
  return events.on('*', (event: ServiceEvent) => {
    const { at: _at, ...fields } = event;
    if (event.event === 'connection-failed') logger.error(fields);
    else if (WARNINGS.has(event.event)) logger.warn(fields);
    else logger.info(fields);
  });
}
