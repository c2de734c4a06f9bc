import { type Complaint, Finding, type Trial } from 'tunnel-testbed/scenarios';

/**
 * Runs what a certain configuration must allow (S2). A client that ends before it has connected could not know the
 * tunnel's ids: its command line merely has no such form, and the guides do not ask for one.
 * @param mayRefuse one text has the ids and their number match, or the local proxy does not start (D1): a client that ends,
 * or gives up its WebSocket by itself, has read that one
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
      trial.skip('its command line does not take this configuration: it ended before it connected');
    if (mayRefuse && refuses(trial)) return;
    throw new Finding('S2', symptom, error.message, 'SHOULD');
  }
}

/** Whether the client has given up what the tunnel offers. The service has closed nothing. */
function refuses({ client, service }: Trial): boolean {
  const { exit } = client;
  if (exit !== undefined) return exit.signal === null;
  return service.sockets.some(({ open }) => !open);
}
