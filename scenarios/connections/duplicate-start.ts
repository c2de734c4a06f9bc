import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/duplicate-start',
  title: 'CONNECTION_START for a live connection is answered with CONNECTION_RESET',
  rules: ['S9'],
  role: 'destination',
  versions: ['V3'],
  why: 'Both ends would mean different connections by the same number.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S4');
    stream.inject({ type: MessageType.CONNECTION_START });
    const reset = stream.link.messages.take(
      (m) => m.type === MessageType.CONNECTION_RESET || m.type === MessageType.STREAM_RESET,
    );
    const wait = stage.patienceMs + stage.declares.dialMs;
    const { type, connectionId } = await stage.client.awaits(
      reset,
      'S9',
      'it does not answer a second CONNECTION_START for a live connection',
      wait,
    );
    stage.check(
      type === MessageType.CONNECTION_RESET,
      'S9',
      'it resets the whole stream over one connection',
    );
    stage.check(
      connectionId === stream.connectionId,
      'S9',
      'it resets another connection than the doubtful one',
    );
  },
});
