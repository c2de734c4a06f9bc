import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/start-is-an-error-for-a-source',
  title: 'A source takes STREAM_START for an error',
  rules: ['S6'],
  role: 'source',
  why: 'It means that both sides think they are the source.',
  expects:
    'It closes the active stream and its WebSocket. The guides say "should": going on, or keeping the WebSocket, is a warning.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S6');
    stream.socket.inject({ type: MessageType.STREAM_START, ...trial.newIds() });
    const outcome = await stream.fence('S6');
    trial.check(outcome !== 'alive', {
      rule: 'S6',
      symptom: 'goes-on',
      trigger: 'STREAM_START',
      force: 'SHOULD',
    });
    stream.app.closes();
    await trial.survives({ rule: 'S6', trigger: 'STREAM_START' });
    const isKept = stream.socket.open && trial.service.sockets.at(-1) === stream.socket;
    trial.check(!isKept, {
      rule: 'S6',
      symptom: 'keeps-websocket',
      trigger: 'STREAM_START',
      force: 'SHOULD',
    });
  },
});
