import { MAX_HANDSHAKE_BYTES } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/request-size',
  title: 'The request has at most 4096 bytes with a token of real length',
  rules: ['H5'],
  role: 'client',
  versions: 'any',
  why: 'The service rejects larger requests, and real tokens have up to 900 characters.',
  expects:
    'Request line and headers together have at most 4096 bytes, with an access token of 700 characters.',
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
