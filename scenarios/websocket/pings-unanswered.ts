import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/pings-unanswered',
  title: 'It stays when its pings are not answered',
  rules: ['W3'],
  role: 'client',
  versions: 'any',
  extraMs: 90_000,
  why: 'The guides say so: no answer to a ping is no error.',
  run: async (stage) => {
    const { pingIntervalMs } = stage.declares;
    if (pingIntervalMs === 0) stage.skip('the client does not declare pings of its own');
    if (pingIntervalMs > 2000 && !stage.long) stage.skip('its pings are too far apart for the quick suite');
    stage.service.answersPings = false;
    const stream = await stage.opens();
    for (let i = 0; i < 3; i++) {
      const ping = stream.link.controls.take((frame) => frame.opcode === 9);
      await stage.client.awaits(
        ping,
        'W3',
        'it does not ping as declared',
        stage.patienceMs + pingIntervalMs,
        'SHOULD',
      );
    }
    await stream.echoes('W3', 'MUST');
  },
});
