import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/mode',
  title: 'The mode is named and matches the side of the token',
  rules: ['H2', 'H4'],
  role: 'client',
  versions: 'any',
  why: 'A missing or wrong local-proxy-mode is refused.',
  expects: 'It sends local-proxy-mode, with the side that its access token is for.',
  run: async (trial) => {
    const { handshake } = await trial.connected();
    const { mode } = handshake;
    trial.check(mode !== undefined, { rule: 'H2', symptom: 'mode-is-missing' });
    trial.check(mode === 'source' || mode === 'destination', {
      rule: 'H2',
      symptom: 'mode-is-unknown',
      detail: `${mode}`,
    });
    trial.check(mode === trial.role, { rule: 'H4', symptom: 'mode-does-not-match-token', detail: `${mode}` });
  },
});
