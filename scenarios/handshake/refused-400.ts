import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'handshake/refused-400',
  title: 'After 400 the same request is not repeated',
  rules: ['H11'],
  role: 'client',
  versions: 'any',
  why: 'The service is asked in vain, again and again, with a token that will never do.',
  run: async (stage) => {
    stage.service.answersAlways({ status: 400, body: 'Invalid access token' });
    await stage.client.starts();
    const first = await stage.client.awaits(
      stage.service.handshakes.take(),
      'H1',
      'it did not connect to the service',
    );
    // Its exit proves that nothing follows. One that stays is watched for a while: here no fence is possible.
    const again = stage.service.handshakes.take((next) => next.identity === first.identity);
    const over = await stage.comes(Promise.race([again, stage.client.running!.exited]), stage.patienceMs);
    if (over && stage.client.exit === undefined)
      stage.check(false, 'H11', 'it repeated a request that was refused with 4xx', '', 'MUST');
  },
});
