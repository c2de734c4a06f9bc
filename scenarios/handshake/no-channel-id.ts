import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/no-channel-id',
  title: 'The channel-id header is not needed',
  rules: ['H10'],
  role: 'client',
  versions: 'any',
  why: 'It is there for support cases only.',
  run: async (stage) => {
    stage.service.answersNext({ headers: { 'channel-id': undefined } });
    await stage.client.connects();
    try {
      await (await stage.opens()).echoes('H10', 'SHOULD');
    } catch (error) {
      stage.client.throwIfCrashed();
      stage.check(false, 'H10', 'it does not work without a channel-id', `${error}`, 'SHOULD');
    }
  },
});
