import { firstOf, scenario, type Trial } from 'tunnel-testbed/scenarios';

/** The quick suite waits at most this long for a client to give up, in milliseconds. */
const LONGEST_QUICK_MS = 10_000;

/** The TCP connection that has to end. */
interface Ending {
  readonly ended: Promise<unknown>;
}

const SILENCES = [
  {
    name: 'tcp',
    words: 'accepts TCP and answers neither TLS nor HTTP',
    trigger: 'tcp-alone',
    begins: async (trial: Trial): Promise<Ending> => {
      trial.service.answersTcp = false;
      const attempt = trial.service.attempts.take();
      await trial.client.starts();
      return trial.awaits(attempt, { rule: 'H1', symptom: 'did-not-connect' });
    },
  },
  {
    name: 'handshake',
    words: 'does not answer its handshake',
    trigger: 'no-answer',
    begins: async (trial: Trial): Promise<Ending> => {
      trial.service.answers({ silent: true });
      const attempt = trial.service.attempts.take();
      await trial.client.starts();
      const ending = await trial.awaits(attempt, { rule: 'H1', symptom: 'did-not-connect' });
      const asked = trial.service.handshakes.take();
      await trial.awaits(asked, { rule: 'H1', symptom: 'did-not-connect' });
      return ending;
    },
  },
  {
    name: 'close',
    words: 'does not answer its close frame',
    trigger: 'close-unanswered',
    begins: async (trial: Trial): Promise<Ending> => {
      const socket = await trial.connected();
      socket.answersClose = false;
      socket.injectFrames([{ opcode: 1, payload: Buffer.from('hello') }], 'a text message');
      const closed = await trial.comes(firstOf([socket.closeFrame, socket.ended]), trial.patienceMs);
      if (closed === undefined) trial.skip('the client does not close because of text');
      return socket;
    },
  },
] as const;

export default SILENCES.map(({ name, words, trigger, begins }) =>
  scenario({
    id: `sessions/silent-service-${name}`,
    title: `The client gives up a service that ${words}, in the time that it declares`,
    rules: ['S17'],
    role: 'client',
    versions: 'any',
    extraMs: 300_000,
    expects: 'The client ends TCP, or itself, within the time that it declares as noticesMs.',
    why: 'A network path can fail without a message. If a device waits for ever, somebody must travel to it.',
    run: async (trial) => {
      const { noticesMs } = trial.declares;
      if (noticesMs === 0)
        trial.skip('the client does not declare when it gives up a silent service', 'not-claimed');
      if (noticesMs > LONGEST_QUICK_MS && !trial.long)
        trial.skip('the client waits too long for the quick suite');
      const { ended } = await begins(trial);
      const gone = firstOf([ended, trial.client.exited]).then(() => true);
      const isGone = await trial.comes(gone, noticesMs + trial.patienceMs);
      const detail = `within ${noticesMs} ms`;
      trial.check(isGone === true, { rule: 'S17', symptom: 'silence-not-noticed', trigger, detail });
    },
  }),
);
