import { Crash, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/stops-when-asked',
  title: 'The client ends on SIGTERM',
  rules: ['S17'],
  role: 'client',
  versions: 'any',
  needs: { process: true },
  why: 'A supervisor waits and then kills the client. Everything that it holds is then lost.',
  expects:
    'The client ends on SIGTERM before a supervisor would kill it: by its own exit, or by that signal and no other.',
  run: async (trial) => {
    await trial.connected();
    const exit = await trial.client.stops();
    if (exit.killed === true) throw new Crash('ignores-sigterm');
  },
});
