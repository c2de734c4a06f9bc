import { MAX_HANDSHAKE_BYTES } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/request-size',
  title: 'The request fits 4096 bytes with a token of real length',
  rules: ['H5'],
  role: 'client',
  versions: 'any',
  why: 'Larger requests are rejected: real tokens take up to 900 characters of it.',
  expects:
    'Request line and headers take at most 4096 bytes together, with an access token of 700 characters.',
  run: async (trial) => {
    const { handshake } = await trial.connected();
    const bytes = handshake.requestBytes;
    trial.check(bytes <= MAX_HANDSHAKE_BYTES, {
      rule: 'H5',
      symptom: 'request-too-large',
      detail: `${bytes}`,
    });
  },
});
