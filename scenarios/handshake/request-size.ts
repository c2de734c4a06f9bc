import { MAX_HANDSHAKE_BYTES } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/request-size',
  title: 'The request fits 4096 bytes with a token of real length',
  rules: ['H5'],
  role: 'client',
  versions: 'any',
  why: 'Larger requests are rejected: real tokens take up to 900 characters of it.',
  run: async (stage) => {
    const { handshake } = await stage.client.connects();
    const bytes = handshake.requestBytes;
    stage.check(bytes <= MAX_HANDSHAKE_BYTES, 'H5', 'its request is over 4096 bytes', `${bytes}`);
  },
});
