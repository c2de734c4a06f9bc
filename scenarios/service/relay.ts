import {
  encodeData,
  encodeFrame,
  encodeMessage,
  type Message,
  type MessageFormat,
  MessageType,
  message,
  type RuleId,
} from 'tunnel-testbed/protocol';
import { cut, fragments, serviceScenario, symptom } from 'tunnel-testbed/scenarios';
import { arrives, joined } from './support/tunnel.js';

interface Offending {
  readonly name: string;
  readonly rule: RuleId;
  readonly title: string;
  readonly fields?: Partial<Message>;
  readonly tail?: Buffer;
  readonly versions?: readonly MessageFormat[];
}

const CLOSES: readonly Offending[] = [
  {
    name: 'unknown-field',
    rule: 'M6',
    title: 'A field outside the schema',
    tail: Buffer.from('a2060161', 'hex'),
  },
  {
    name: 'service-never-started',
    rule: 'M9',
    title: 'DATA for a service that was never started',
    fields: { serviceId: 'HTTP' },
    // V1 has no service ids.
    versions: ['V2', 'V3'],
  },
];

export default [
  serviceScenario({
    id: 'service/relay',
    title: 'Bytes pass both ways, unchanged',
    rules: ['X5', 'W4'],
    why: 'A tunnel exists to carry bytes.',
    expects: 'The bytes of one side arrive at the other side, in order and unchanged.',
    run: async (trial) => {
      const { source, destination, ids } = await joined(trial);
      const [there, back] = [trial.bytes(500_000), trial.bytes(500_000)];
      source.sendBytes(encodeData(ids, there.subarray(0, 60_000)));
      for (let at = 60_000; at < there.length; at += 40_000) {
        source.sendBytes(encodeData(ids, there.subarray(at, at + 40_000)));
      }
      await arrives(trial, destination, ids, there);
      for (let at = 0; at < back.length; at += 40_000) {
        destination.sendBytes(encodeData(ids, back.subarray(at, at + 40_000)));
      }
      await arrives(trial, source, ids, back);
    },
  }),
  serviceScenario({
    id: 'service/boundaries',
    title: 'WebSocket boundaries of a client mean nothing',
    rules: ['W4', 'W2'],
    why: 'Clients cut and merge frames as their libraries do.',
    expects:
      'The service reads tunnel frames wherever WebSocket messages cut or merge them. It accepts continuation frames and empty messages.',
    run: async (trial) => {
      const { source, destination, ids } = await joined(trial);
      const bytes = trial.bytes(3000);
      const frames = encodeData(ids, bytes, 500);
      for (const part of cut(frames, [1, 3, 700, 1501])) source.sendBytes(part);
      await arrives(trial, destination, ids, bytes);
      for (const frame of fragments(cut(frames, [2, 900]), [{ opcode: 9, payload: Buffer.from('ping') }])) {
        source.write(frame);
      }
      await arrives(trial, destination, ids, bytes);
    },
  }),
  serviceScenario({
    id: 'service/text-closes',
    title: 'A text message ends the connection',
    rules: ['W1'],
    why: 'All messages to the service must be binary.',
    expects: 'The service closes the WebSocket of a side that sends text.',
    run: async (trial) => {
      const { source } = await joined(trial);
      source.write({ opcode: 1, payload: Buffer.from('hello') });
      await trial.closes(source, { rule: 'W1', symptom: symptom('goes-on', { after: 'text-message' }) });
    },
  }),
  serviceScenario({
    id: 'service/large-frame-closes',
    title: 'A WebSocket frame of more than 131076 bytes ends the connection; one of 120000 does not',
    rules: ['W2'],
    why: 'The guides say that the service does not accept such a frame.',
    expects: 'The service closes the WebSocket of a side that sends a frame of more than 131076 bytes.',
    run: async (trial) => {
      const { source, destination, ids } = await joined(trial);
      const bytes = trial.bytes(120_000);
      source.sendBytes(encodeData(ids, bytes));
      await arrives(trial, destination, ids, bytes, { rule: 'W2' });
      source.sendBytes(encodeData(ids, trial.bytes(131_077)));
      await trial.closes(source, { rule: 'W2', symptom: 'accepts-large-frame' });
    },
  }),
  ...CLOSES.map(({ name, rule, title, fields, tail = Buffer.alloc(0), versions }) =>
    serviceScenario({
      id: `service/closes-on-${name}`,
      title: `${title} ends the connection`,
      rules: [rule],
      why: 'The guides say that the service closes the connection.',
      expects: 'The service closes the WebSocket of the side that sends the message.',
      ...(versions !== undefined && { versions }),
      run: async (trial) => {
        const { source, ids } = await joined(trial);
        const value = message({ ...ids, type: MessageType.DATA, payload: Buffer.from('x'), ...fields });
        const body = Buffer.concat([encodeMessage(value), tail]);
        source.sendBytes(Buffer.concat([Buffer.from([0, body.length]), body]));
        await trial.closes(source, { rule, symptom: 'accepts-bad-message' });
      },
    }),
  ),
  serviceScenario({
    id: 'service/pong',
    title: 'If the service sends a pong, it carries the payload of the ping',
    rules: ['W3'],
    why: 'Clients measure latency with it.',
    expects: 'If the service answers a ping, the pong carries the same payload. It does not have to answer.',
    run: async (trial) => {
      const { source, destination, ids } = await joined(trial);
      const payload = trial.bytes(20);
      source.write({ opcode: 9, payload });
      source.sendBytes(encodeFrame(message({ ...ids, type: MessageType.DATA, payload })));
      await arrives(trial, destination, ids, payload);
      const [pong] = source.pongs.untaken;
      trial.check(pong === undefined || pong.payload.equals(payload), {
        rule: 'W3',
        symptom: 'pong-differs',
      });
    },
  }),
];
