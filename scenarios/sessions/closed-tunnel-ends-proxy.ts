import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/closed-tunnel-ends-proxy',
  title: 'A local proxy ends successfully when the tunnel is closed',
  rules: ['S16'],
  role: 'client',
  versions: 'any',
  needs: { kind: 'local-proxy', process: true },
  why: 'Whoever started it is told that all is done.',
  run: async (stage) => {
    const link = await stage.connected();
    link.close(1000, 'Tunnel is closed');
    const exit = await stage.client.exits('S16', 'it stays after the tunnel was closed', 'SHOULD');
    stage.check(
      exit.status === 0,
      'S16',
      'it ends with a failure when the tunnel is closed',
      `status ${exit.status}`,
      'SHOULD',
    );
  },
});
