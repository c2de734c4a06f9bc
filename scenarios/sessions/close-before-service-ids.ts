import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/close-before-service-ids',
  title: 'A close before SERVICE_IDS does not bring it down',
  rules: ['S17'],
  role: 'client',
  why: 'A tunnel may be closed at any moment.',
  run: async (stage) => {
    stage.service.announces = false;
    const link = await stage.client.connects();
    link.close(1000, 'Tunnel is closed');
    await stage.client.closes('W6', 'it keeps TCP open after a close frame', 'SHOULD');
    await stage.comes(stage.client.running!.exited, 500);
    stage.client.throwIfCrashed();
  },
});
