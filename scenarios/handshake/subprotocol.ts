import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/subprotocol',
  title: 'A subprotocol of the service is offered',
  rules: ['H6'],
  role: 'client',
  versions: 'any',
  why: 'Without one the service refuses.',
  expects:
    'It offers aws.iot.securetunneling-1.0, -2.0 or -3.0. The misspelling of a public client is let pass by services: a warning.',
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
