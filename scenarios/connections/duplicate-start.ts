import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

const SHOULD =
  'the guides say "should": a destination should answer with CONNECTION_RESET for that connection';

export default scenario({
  id: 'connections/duplicate-start',
  title: 'CONNECTION_START for a live connection is answered with CONNECTION_RESET',
  rules: ['S9'],
  role: 'destination',
  versions: ['V3'],
  why: 'Otherwise both ends use the same number for different connections.',
  expects:
    'The client answers with CONNECTION_RESET for the id that is already live. The guides say only "should", in lower case. So no answer, or an answer for another id, is a warning that quotes this text.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S4');
    stream.inject({ type: MessageType.CONNECTION_START });
    const reset = stream.socket.messages.take(
      (m) => m.type === MessageType.CONNECTION_RESET || m.type === MessageType.STREAM_RESET,
    );
    const wait = trial.patienceMs + trial.declares.dialMs;
    const { type, connectionId } = await trial.awaits(reset, {
      rule: 'S9',
      symptom: 'duplicate-start-not-answered',
      detail: SHOULD,
      force: 'SHOULD',
      within: wait,
    });
    trial.check(type === MessageType.CONNECTION_RESET, {
      rule: 'S9',
      symptom: 'resets-whole-stream',
      detail: SHOULD,
      force: 'SHOULD',
    });
    trial.check(connectionId === stream.connectionId, {
      rule: 'S9',
      symptom: 'resets-another-connection',
      detail: SHOULD,
      force: 'SHOULD',
    });
  },
});
