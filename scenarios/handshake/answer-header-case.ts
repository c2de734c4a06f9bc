import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-header-case',
  title: 'Header names have no case, and unknown ones are ignored',
  rules: ['W6'],
  role: 'client',
  versions: 'any',
  why: 'Proxies and load balancers change both.',
  expects: 'It compares header names without case, and does not mind headers that it does not know.',
  run: async (trial) => {
    trial.service.answers({
      headers: {
        upgrade: undefined,
        UPGRADE: 'WebSocket',
        'X-Unknown': 'yes',
        Date: new Date().toUTCString(),
      },
    });
    const stream = await trial.opens();
    await stream.echoes('W6');
  },
});
