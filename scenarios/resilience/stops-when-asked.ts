import { Crash, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/stops-when-asked',
  title: 'It ends on SIGTERM',
  rules: ['S17'],
  role: 'client',
  versions: 'any',
  needs: { process: true },
  why: 'Supervisors wait, then kill: whatever it holds is lost.',
  expects:
    'It ends on SIGTERM, by its own exit or by that signal and no other, before a supervisor would kill it.',
  run: async (trial) => {
    await trial.connected();
    const exit = await trial.client.stops();
    if (exit.killed === true) throw new Crash('ignores-sigterm');
  },
});
