import { type Complaint, Finding, type Trial } from 'tunnel-testbed/scenarios';

/**
 * Runs what a certain configuration must allow (S2). A client that ends before it has connected could not know the
 * tunnel's ids: its command line merely has no such form, and the guides do not ask for one.
 */
export async function configured(
  trial: Trial,
  symptom: Complaint['symptom'],
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    if (trial.client.exit !== undefined && trial.service.allHandshakes.length === 0)
      trial.skip('its command line does not take this configuration: it ended before it connected');
    throw new Finding('S2', symptom, error.message, 'SHOULD');
  }
}
