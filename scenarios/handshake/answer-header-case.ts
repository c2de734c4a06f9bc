import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-header-case',
  title: 'Header names have no case, and unknown ones are ignored',
  rules: ['W6'],
  role: 'client',
  versions: 'any',
  why: 'Proxies and load balancers change both.',
  run: async (stage) => {
    stage.service.answersNext({
      headers: {
        upgrade: undefined,
        UPGRADE: 'WebSocket',
        'X-Unknown': 'yes',
        Date: new Date().toUTCString(),
      },
    });
    const stream = await stage.opens();
    await stream.echoes('W6');
  },
});
