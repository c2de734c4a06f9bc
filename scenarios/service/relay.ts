import { encodeData, encodeFrame, encodeMessage, MessageType, message } from 'tunnel-testbed/protocol';
import {
  cut,
  fragments,
  type RawPeer,
  type ServiceTrial,
  serviceScenario,
  symptom,
} from 'tunnel-testbed/scenarios';

const STREAM = { streamId: 77, serviceId: 'SSH', connectionId: 1 } as const;

/** A tunnel with both sides connected and a stream begun. */
async function stream(trial: ServiceTrial): Promise<{ source: RawPeer; destination: RawPeer }> {
  const tokens = await trial.opensTunnel();
  const destination = await trial.connects('destination', tokens.destination, 'H4');
  const source = await trial.connects('source', tokens.source, 'H4');
  await trial.receives(destination, MessageType.SERVICE_IDS, 'S1');
  await trial.receives(source, MessageType.SERVICE_IDS, 'S1');
  source.send({ ...STREAM, type: MessageType.STREAM_START });
  const start = await trial.receives(destination, MessageType.STREAM_START, 'X5');
  const same = start.streamId === 77 && start.serviceId === 'SSH' && start.connectionId === 1;
  trial.check(same, { rule: 'X5', symptom: 'changes-messages' });
  return { source, destination };
}

async function arrives(trial: ServiceTrial, peer: RawPeer, bytes: Buffer): Promise<void> {
  const chunks: Uint8Array[] = [];
  for (let held = 0; held < bytes.length; held += chunks.at(-1)!.length) {
    chunks.push((await trial.receives(peer, MessageType.DATA, 'W4')).payload);
  }
  trial.check(Buffer.concat(chunks).equals(bytes), { rule: 'W4', symptom: 'changes-bytes' });
}

const closes = [
  ['unknown-field', 'M6', 'A field outside the schema', Buffer.from('a2060161', 'hex'), {}],
  [
    'service-never-started',
    'M9',
    'DATA for a service that was never started',
    Buffer.alloc(0),
    { serviceId: 'HTTP' },
  ],
] as const;

export default [
  serviceScenario({
    id: 'service/service-ids-first',
    title: 'SERVICE_IDS comes first on 2.0 and 3.0',
    rules: ['S1'],
    why: 'Local proxies start only after they have received it.',
    expects: 'SERVICE_IDS with the services of the tunnel is the first message on 2.0 and 3.0.',
    run: async (trial) => {
      for (const version of ['2.0', '3.0']) {
        const { source } = await trial.opensTunnel(['SSH', 'HTTP']);
        const peer = await trial.connects('source', source, 'H6', {
          subprotocol: `aws.iot.securetunneling-${version}`,
        });
        const ids = await trial.awaits(peer.messages.take(), { rule: 'S1', symptom: 'no-service-ids' });
        trial.check(ids.type === MessageType.SERVICE_IDS, {
          rule: 'S1',
          symptom: 'service-ids-not-first',
          detail: `${ids.type}`,
        });
        const names = [...ids.availableServiceIds].sort().join();
        trial.check(names === 'HTTP,SSH', { rule: 'S1', symptom: 'service-ids-differ', detail: names });
      }
    },
  }),
  serviceScenario({
    id: 'service/relay',
    title: 'Bytes pass both ways, unchanged',
    rules: ['X5', 'W4'],
    why: 'A tunnel exists to carry bytes.',
    expects: 'The bytes of one side arrive at the other side, in order and unchanged.',
    run: async (trial) => {
      const { source, destination } = await stream(trial);
      const [there, back] = [trial.bytes(500_000), trial.bytes(500_000)];
      source.sendBytes(encodeData(STREAM, there.subarray(0, 60_000)));
      for (let at = 60_000; at < there.length; at += 40_000) {
        source.sendBytes(encodeData(STREAM, there.subarray(at, at + 40_000)));
      }
      await arrives(trial, destination, there);
      for (let at = 0; at < back.length; at += 40_000) {
        destination.sendBytes(encodeData(STREAM, back.subarray(at, at + 40_000)));
      }
      await arrives(trial, source, back);
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
      const { source, destination } = await stream(trial);
      const bytes = trial.bytes(3000);
      const frames = encodeData(STREAM, bytes, 500);
      for (const part of cut(frames, [1, 3, 700, 1501])) source.sendBytes(part);
      await arrives(trial, destination, bytes);
      for (const frame of fragments(cut(frames, [2, 900]), [{ opcode: 9, payload: Buffer.from('ping') }])) {
        source.write(frame);
      }
      await arrives(trial, destination, bytes);
    },
  }),
  serviceScenario({
    id: 'service/text-closes',
    title: 'A text message ends the connection',
    rules: ['W1'],
    why: 'All messages to the service must be binary.',
    expects: 'The service closes the WebSocket of a side that sends text.',
    run: async (trial) => {
      const { source } = await stream(trial);
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
      const { source, destination } = await stream(trial);
      const bytes = trial.bytes(120_000);
      source.sendBytes(encodeData(STREAM, bytes));
      await arrives(trial, destination, bytes);
      source.sendBytes(encodeData(STREAM, trial.bytes(131_077)));
      await trial.closes(source, { rule: 'W2', symptom: 'accepts-large-frame' });
    },
  }),
  ...closes.map(([name, rule, title, tail, fields]) =>
    serviceScenario({
      id: `service/closes-on-${name}`,
      title: `${title} ends the connection`,
      rules: [rule],
      why: 'The guides say that the service closes the connection.',
      expects: 'The service closes the WebSocket of the side that sends the message.',
      run: async (trial) => {
        const { source } = await stream(trial);
        const value = message({ ...STREAM, type: MessageType.DATA, payload: Buffer.from('x'), ...fields });
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
      const { source, destination } = await stream(trial);
      const payload = trial.bytes(20);
      source.write({ opcode: 9, payload });
      source.sendBytes(encodeFrame(message({ ...STREAM, type: MessageType.DATA, payload })));
      await arrives(trial, destination, payload);
      const [pong] = source.pongs.untaken;
      trial.check(pong === undefined || pong.payload.equals(payload), {
        rule: 'W3',
        symptom: 'pong-differs',
      });
    },
  }),
];
