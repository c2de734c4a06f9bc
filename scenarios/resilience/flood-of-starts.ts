import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/flood-of-starts',
  title: 'A flood of starts and resets passes',
  rules: ['S17', 'S4'],
  role: 'destination',
  why: 'A source whose application tries again and again.',
  run: async (stage) => {
    await stage.client.connects();
    const { link } = stage.client;
    for (let i = 0; i < 100; i++) {
      const address = stage.newAddress();
      link.inject({ ...address, type: MessageType.STREAM_START });
      link.inject({ ...address, type: MessageType.STREAM_RESET });
    }
    await stage.lives('S17', false);
  },
});
