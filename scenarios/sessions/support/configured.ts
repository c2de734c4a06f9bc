import { type Complaint, Finding, type Trial } from 'tunnel-testbed/scenarios';

/**
 * Runs steps that a certain configuration must allow (S2). If a client ends before it has connected, it could not know
 * the tunnel's ids. Its command line only has no such form, and the guides do not require one.
 * @param mayRefuse One text says that the ids and their number must match, or the local proxy does not start (D1). So a
 * client that ends, or gives up its WebSocket by itself, follows that text
 */
export async function configured(
  trial: Trial,
  symptom: Complaint['symptom'],
  run: () => Promise<void>,
  { mayRefuse = false } = {},
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    if (trial.client.exit !== undefined && trial.service.allHandshakes.length === 0)
      trial.skip('the client does not accept this configuration: it ended before it connected');
    if (mayRefuse && refuses(trial)) return;
    throw new Finding('S2', symptom, error.message, 'SHOULD');
  }
}

/** Whether the client has given up the tunnel. The service has closed nothing. */
function refuses({ client, service }: Trial): boolean {
  const { exit } = client;
  if (exit !== undefined) return exit.signal === null;
  return service.sockets.some(({ open }) => !open);
}
