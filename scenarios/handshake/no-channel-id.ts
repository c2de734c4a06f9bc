import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/no-channel-id',
  title: 'The client does not need the channel-id header',
  rules: ['H10'],
  role: 'client',
  versions: 'any',
  why: 'The header is only for support cases.',
  expects:
    'The client works although the response has no channel-id. The guides do not say that a client may rely on it, so a failure is a warning.',
  run: async (trial) => {
    trial.service.answers({ headers: { 'channel-id': undefined } });
    await trial.connected();
    await trial.opens({ blame: { rule: 'H10', symptom: 'needs-channel-id', force: 'SHOULD' } });
  },
});
