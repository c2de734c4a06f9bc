import { Crash, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/stops-when-asked',
  title: 'It ends on SIGTERM',
  rules: ['S17'],
  role: 'client',
  versions: 'any',
  needs: { process: true },
  why: 'Supervisors wait, then kill: whatever it holds is lost.',
  run: async (stage) => {
    await stage.client.connects();
    const exit = await stage.client.running!.stop();
    if (exit.killed === true) throw new Crash('it ignored SIGTERM and had to be killed');
  },
});
