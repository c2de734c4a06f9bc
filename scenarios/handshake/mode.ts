import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/mode',
  title: 'The request has the mode that matches the token',
  rules: ['H2', 'H4'],
  role: 'client',
  versions: 'any',
  why: 'The service refuses a request whose local-proxy-mode is missing or wrong.',
  expects: 'The client sends local-proxy-mode, with the side for which its access token is.',
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
