import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-before-service-ids',
  title: 'A drop before SERVICE_IDS does not bring it down',
  rules: ['S17', 'S13'],
  role: 'client',
  extraMs: 20_000,
  why: 'Networks fail at any moment.',
  run: async (stage) => {
    stage.service.announces = false;
    const link = await stage.client.connects();
    link.drop();
    stage.service.announces = true;
    await stage.lives('S13');
  },
});
