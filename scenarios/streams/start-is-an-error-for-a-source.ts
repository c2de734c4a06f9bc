import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/start-is-an-error-for-a-source',
  title: 'A source takes STREAM_START for an error',
  rules: ['S6'],
  role: 'source',
  why: 'It means that both sides think they are the source.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S6');
    stream.link.inject({ type: MessageType.STREAM_START, ...stage.newAddress() });
    const outcome = await stream.fence('S6');
    stage.check(outcome !== 'alive', 'S6', 'it goes on after STREAM_START', '', 'SHOULD');
    stream.app.closes();
    await stage.lives('S6');
    const symptom = 'it keeps its WebSocket after STREAM_START';
    const isKept = stream.link.open && stage.service.allLinks.at(-1) === stream.link;
    stage.check(!isKept, 'S6', symptom, '', 'SHOULD');
  },
});
