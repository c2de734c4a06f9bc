import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-with-first-message',
  title: 'Bytes after the response are not lost',
  rules: ['S1', 'W4'],
  role: 'client',
  versions: 'any',
  why: 'SERVICE_IDS may arrive in the same read as the response. A client that drops it never starts.',
  expects:
    'The client treats the bytes after the response as the first bytes of the WebSocket, even in the same read.',
  run: async (trial) => {
    trial.service.answers({ mergeFirstMessage: true });
    const stream = await trial.opens();
    await stream.echoes('W4');
  },
});
