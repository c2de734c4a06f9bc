import { closePayload, Opcode, scenario } from 'tunnel-testbed/scenarios';

/** A crash because of a close frame must show within this time, in milliseconds. */
const EXIT_MS = 100;

/** Payloads of a close frame: those that services send, and wrong ones that some proxies send. */
const CLOSES: readonly [name: string, payload: Buffer, words: string][] = [
  ['1000', closePayload(1000, 'Tunnel is closed'), 'with code 1000'],
  ['1001', closePayload(1001), 'with code 1001'],
  ['1008', closePayload(1008, 'Connection is replaced by another connection'), 'with code 1008'],
  ['1011', closePayload(1011), 'with code 1011'],
  ['1012', closePayload(1012, 'Service restart'), 'with code 1012'],
  ['4000', closePayload(4000, 'x'), 'with code 4000'],
  ['without-code', Buffer.alloc(0), 'without a code'],
  ['half-a-code', Buffer.from([3]), 'with half a code'],
  ['unknown-code', closePayload(999), 'with a code that does not exist'],
  ['bad-reason', Buffer.concat([closePayload(1000), Buffer.from([0xff])]), 'whose reason is no UTF-8'],
];

export default CLOSES.map(([name, payload, words]) =>
  scenario({
    id: `sessions/close-${name}`,
    title: `A close ${words} ends the local connections`,
    rules: ['S13', 'S16'],
    role: 'client',
    why: 'Otherwise the application hangs for ever, because its stream is gone.',
    expects:
      'The client closes every local connection. Then it may reconnect, end or stay. It does not crash.',
    run: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes('S13');
      stream.socket.injectFrames([{ opcode: Opcode.CLOSE, payload }], `a close ${words}`);
      await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-closed' });
      // It may reconnect, end, or stay. But it must not crash because of the code.
      await trial.comes(trial.client.exited, EXIT_MS);
    },
  }),
);
