import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/answer-with-first-message',
  title: 'Bytes behind the response are not lost',
  rules: ['S1', 'W4'],
  role: 'client',
  versions: 'any',
  why: 'SERVICE_IDS may arrive in the same read as the response; a client that drops it never starts.',
  run: async (stage) => {
    stage.service.answersNext({ mergeFirstMessage: true });
    const stream = await stage.opens();
    await stream.echoes('W4');
  },
});
