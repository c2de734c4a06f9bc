import { Crash, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/stops-while-connecting',
  title: 'It ends on SIGTERM while the service does not answer',
  rules: ['S17'],
  role: 'client',
  versions: 'any',
  needs: { process: true },
  why: 'That is when people press Ctrl+C.',
  run: async (stage) => {
    stage.service.answersAlways({ status: 503 });
    await stage.client.starts();
    await stage.client.awaits(stage.service.handshakes.take(), 'H1', 'it did not connect to the service');
    const exit = await stage.client.running!.stop();
    if (exit.killed === true) throw new Crash('it ignored SIGTERM and had to be killed');
  },
});
