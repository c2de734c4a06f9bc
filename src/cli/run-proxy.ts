import { ClientError, type StartedClient } from '../clients/index.js';
import { Output } from './output/index.js';
import { stopOnSignal } from './stop-signal.js';

/**
 * Runs a local proxy until its tunnel ends or a signal comes. Both are a success.
 * @throws {ClientError} if it cannot start, or ends for a reason that cannot be retried.
 */
export async function runProxy(
  json: boolean,
  start: (signal: AbortSignal, output: Output) => Promise<StartedClient>,
): Promise<void> {
  const output = new Output(json, 'live');
  using stopping = stopOnSignal();
  try {
    const proxy = await start(stopping.signal, output);
    proxy.on('disconnected', (event) => output.tell({ event: 'disconnected', ...event }));
    proxy.on('ready', () => output.tell({ event: 'ready' }));
    output.tell({ event: 'ready' });
    const reason = await proxy.closed;
    output.tell({ event: 'closed', kind: reason.kind, message: reason.message });
    if ('error' in reason) throw reason.error;
    if (reason.kind !== 'stopped') output.say(reason.message);
  } catch (error) {
    // A signal stopped it before it was ready.
    if (error instanceof ClientError && error.code === 'STOPPED') return;
    throw error;
  }
}
