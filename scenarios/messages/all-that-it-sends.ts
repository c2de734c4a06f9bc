import { MessageType } from 'tunnel-testbed/protocol';
import { type LiveStream, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/all-that-it-sends',
  title: 'Every message that the client sends in a session keeps the rules',
  rules: ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M11'],
  role: 'client',
  why: 'The service closes the connection because of a single wrong message.',
  expects:
    'Every message that the client sends keeps the rules of the wire format, in the format with which it began.',
  // Every scenario checks what the client sends. This one makes it send every kind of message.
  run: async (trial) => {
    const inUse = async (stream: LiveStream): Promise<void> => {
      await stream.pours('up', 150_000).completes(trial.carries);
      await stream.pours('down', 1000).completes(trial.carries);
    };
    const closed = await trial.opens();
    await inUse(closed);
    closed.app.closes();
    await closed.isReset('S8');
    const aborted = await trial.opens();
    await inUse(aborted);
    aborted.app.closes('by reset');
    await aborted.isReset('S8');
    const ended = await trial.opens();
    await inUse(ended);
    await ended.ends({ rule: 'S12', by: MessageType.SESSION_RESET });
    await inUse(await trial.opens({ blame: { rule: 'S12', trigger: 'SESSION_RESET' } }));
  },
});
