import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-header-case',
  title: 'The case of header names does not matter, and unknown headers are ignored',
  rules: ['W6'],
  role: 'client',
  versions: 'any',
  why: 'Proxies and load balancers change the case of headers and add headers.',
  expects: 'The client compares header names without case, and ignores headers that it does not know.',
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
