import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/start-is-an-error-for-a-source',
  title: 'A source treats STREAM_START as an error',
  rules: ['S6'],
  role: 'source',
  why: 'The message means that both sides work as a source.',
  expects:
    'The client closes the active stream and its WebSocket. The guides say "should". So it is a warning if the stream continues, or if the client keeps the WebSocket.',
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
