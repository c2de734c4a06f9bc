import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/subprotocol',
  title: 'The client offers a subprotocol of the service',
  rules: ['H6'],
  role: 'client',
  versions: 'any',
  why: 'The service refuses a request without one.',
  expects:
    'The client offers aws.iot.securetunneling-1.0, -2.0 or -3.0. Services accept the misspelling of a public client, so it is a warning.',
  run: async (trial) => {
    const { handshake } = await trial.connected();
    const { offers } = handshake;
    const exact = offers.some((offer) => /^aws\.iot\.securetunneling-[123]\.0$/.test(offer));
    const misspelt = offers.some((offer) => /^aws\.iot\.securedtunneling-[123]\.0$/.test(offer));
    if (!exact && misspelt)
      trial.check(false, {
        rule: 'H6',
        symptom: 'subprotocol-misspelled',
        detail: `${offers}`,
        force: 'SHOULD',
      });
    trial.check(exact, { rule: 'H6', symptom: 'no-known-subprotocol', detail: `${offers}` });
  },
});
