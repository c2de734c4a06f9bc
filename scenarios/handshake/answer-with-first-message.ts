import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-with-first-message',
  title: 'Bytes behind the response are not lost',
  rules: ['S1', 'W4'],
  role: 'client',
  versions: 'any',
  why: 'SERVICE_IDS may arrive in the same read as the response; a client that drops it never starts.',
  expects: 'It takes what follows the response in the same read for the first bytes of the WebSocket.',
  run: async (trial) => {
    trial.service.answers({ mergeFirstMessage: true });
    const stream = await trial.opens();
    await stream.echoes('W4');
  },
});
