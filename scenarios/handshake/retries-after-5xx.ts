import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/retries-after-5xx',
  title: 'After a 5xx it tries again',
  rules: ['H11'],
  role: 'client',
  versions: 'any',
  needs: { reconnects: true },
  extraMs: 30_000,
  why: 'A short trouble of the service would end the client for good.',
  run: async (stage) => {
    stage.service.answersNext({ status: 503, body: 'Service Unavailable' });
    await stage.client.starts();
    await stage.client.awaits(stage.service.handshakes.take(), 'H1', 'it did not connect to the service');
    const again = stage.service.links.take();
    const wait = stage.patienceMs + stage.declares.reconnectMs;
    await stage.client.awaits(again, 'H11', 'it does not try again after a 5xx', wait, 'SHOULD');
  },
});
