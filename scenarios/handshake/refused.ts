import { type Complaint, firstOf, scenario, type Trial } from 'tunnel-testbed/scenarios';

const why = 'The service refuses this token every time, so more requests with it are useless.';

/**
 * Waits for the handshake that is refused. If the client exits, that proves that nothing follows. If it stays, it is
 * watched for a while, because no fence is possible here.
 */
async function mayNotRepeat(trial: Trial, missing: Complaint): Promise<void> {
  const within = trial.patienceMs + trial.declares.reconnectMs;
  const first = await trial.awaits(trial.service.handshakes.take(), { ...missing, within });
  const again = trial.service.handshakes.take((next) => next.identity === first.identity);
  const over = await trial.comes(firstOf([again, trial.client.exited]), trial.patienceMs);
  if (over && trial.client.exit === undefined)
    trial.check(false, { rule: 'H11', symptom: 'repeats-refused-request', force: 'MUST' });
  // The guides do not say anything about the status. But a supervisor of the client uses it.
  const isFailure = trial.client.exit?.status !== 0 || trial.declares.kind !== 'local-proxy';
  trial.check(isFailure, {
    rule: 'H11',
    symptom: 'succeeds-when-refused',
    detail: 'status 0',
    force: 'silent',
  });
}

const atOnce = [400, 403, 404].map((status) =>
  scenario({
    id: `handshake/refused-${status}`,
    title: `After ${status} the client does not repeat the same request`,
    rules: ['H11'],
    role: 'client',
    versions: 'any',
    why,
    expects:
      'The client ends, waits for a person, or sends another request. It does not repeat the same request. If a local proxy ends with status 0, the report mentions it.',
    run: async (trial) => {
      trial.service.answers({ status, body: 'Invalid access token' }, 'always');
      await trial.client.starts();
      await mayNotRepeat(trial, { rule: 'H1', symptom: 'did-not-connect' });
    },
  }),
);

const onReturn = scenario({
  id: 'handshake/refused-on-return',
  title: 'A client that is refused when it reconnects does not repeat that request',
  rules: ['H11', 'S13'],
  role: 'client',
  versions: 'any',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'The token was rotated, or the tunnel was closed. Otherwise every device would repeat its request for ever.',
  expects:
    'The client ends, waits for a person, or sends another request. It does not repeat the same request. If a local proxy ends with status 0, the report mentions it.',
  run: async (trial) => {
    const socket = await trial.connected();
    trial.service.handshakes.drain();
    trial.service.answers({ status: 403, body: 'Invalid access-token' }, 'always');
    await socket.drops();
    await mayNotRepeat(trial, { rule: 'S13', symptom: 'did-not-come-back' });
  },
});

export default [...atOnce, onReturn];
