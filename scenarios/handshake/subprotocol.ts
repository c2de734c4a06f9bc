import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/subprotocol',
  title: 'A subprotocol of the service is offered',
  rules: ['H6'],
  role: 'client',
  versions: 'any',
  why: 'Without one the service refuses.',
  run: async (stage) => {
    const { handshake } = await stage.client.connects();
    const { offers } = handshake;
    const exact = offers.some((offer) => /^aws\.iot\.securetunneling-[123]\.0$/.test(offer));
    const misspelt = offers.some((offer) => /^aws\.iot\.securedtunneling-[123]\.0$/.test(offer));
    if (!exact && misspelt) stage.check(false, 'H6', 'it misspells the subprotocol', `${offers}`, 'SHOULD');
    stage.check(exact, 'H6', 'it offers no subprotocol the service speaks', `${offers}`);
  },
});
