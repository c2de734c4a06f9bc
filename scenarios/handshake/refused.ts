import { type Stage, scenario } from 'tunnel-testbed/scenarios';

const why = 'The service is asked in vain, again and again, with a token that will never do.';

/**
 * Waits for the handshake that is refused. Its exit proves that nothing follows; one that stays is watched for a
 * while: here no fence is possible.
 */
async function mayNotRepeat(stage: Stage, symptom: string): Promise<void> {
  const wait = stage.patienceMs + stage.declares.reconnectMs;
  const first = await stage.client.awaits(stage.service.handshakes.take(), 'H1', symptom, wait);
  const again = stage.service.handshakes.take((next) => next.identity === first.identity);
  const over = await stage.comes(Promise.race([again, stage.client.running!.exited]), stage.patienceMs);
  if (over && stage.client.exit === undefined)
    stage.check(false, 'H11', 'it repeated a request that was refused with 4xx', '', 'MUST');
}

const first = [400, 403, 404].map((status) =>
  scenario({
    id: `handshake/refused-${status}`,
    title: `After ${status} the same request is not repeated`,
    rules: ['H11'],
    role: 'client',
    versions: 'any',
    why,
    run: async (stage) => {
      stage.service.answersAlways({ status, body: 'Invalid access token' });
      await stage.client.starts();
      await mayNotRepeat(stage, 'it did not connect to the service');
    },
  }),
);

const onReturn = scenario({
  id: 'handshake/refused-on-return',
  title: 'A client that is refused when it comes back does not repeat that request',
  rules: ['H11', 'S13'],
  role: 'client',
  versions: 'any',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'A token that was rotated, or a tunnel that was closed meanwhile: every device would ask for ever.',
  run: async (stage) => {
    const link = await stage.connected();
    stage.service.handshakes.drain();
    stage.service.answersAlways({ status: 403, body: 'Invalid access-token' });
    link.drop();
    await mayNotRepeat(stage, 'it did not come back after its WebSocket was gone');
  },
});

export default [...first, onReturn];
