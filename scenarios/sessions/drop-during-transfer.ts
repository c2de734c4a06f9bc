import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-during-transfer',
  title: 'A drop in the middle of a transfer does no harm',
  rules: ['S13', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'That is when networks fail.',
  run: async (stage) => {
    const stream = await stage.opens();
    stream.injectBulk(stage.bytes(300_000));
    stream.app.writes(stage.bytes(300_000));
    const first = stream.link.messages.take((m) => m.type === MessageType.DATA && stream.owns(m));
    const symptom = 'what the application wrote did not reach the tunnel';
    await stage.awaits(first, { rule: 'S13', symptom });
    await stream.link.drops('at once');
    stream.app.readsAgain();
    await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
    stream.app.closes();
    await stage.lives('S13');
  },
});
