import {
  encodeFrame,
  encodeMessage,
  type Message,
  type MessageFormat,
  MessageType,
  message,
  type RuleId,
  type Side,
} from 'tunnel-testbed/protocol';
import { framed, type StreamIds, type TriggerCode } from 'tunnel-testbed/scenarios';

/** A message that a client may ignore or treat as an error and then end something. It must not crash or go deaf. */
export interface ErrorMessage {
  readonly name: string;
  readonly rule: RuleId;
  /** What a client goes wrong over that goes wrong over it. */
  readonly trigger: TriggerCode;
  /** The tunnel frame; `services` are those of the tunnel. */
  readonly bytes: (stream: StreamIds, services: readonly string[]) => Uint8Array;
  /** Comes in a text WebSocket message (W1). */
  readonly text?: true;
  /** Changes the client's list of services. Afterwards it gets the right list again, and no further cell uses it. */
  readonly remaps?: true;
}

const { DATA, STREAM_START, STREAM_RESET, SESSION_RESET, SERVICE_IDS, CONNECTION_START, CONNECTION_RESET } =
  MessageType;

type Fields = (stream: StreamIds, services: readonly string[]) => Partial<Message>;
const told = (name: string, rule: RuleId, trigger: TriggerCode, fields: Fields): ErrorMessage => ({
  name,
  rule,
  trigger,
  bytes: (stream, services) => encodeFrame(message(fields(stream, services))),
});
const inText = (name: string, fields: Fields): ErrorMessage => ({
  ...told(name, 'W1', 'text-message', fields),
  text: true,
});
const remaps = (name: string, list: (services: readonly string[]) => readonly string[]): ErrorMessage => ({
  ...told(name, 'S1', 'SERVICE_IDS', (_, services) => ({
    type: SERVICE_IDS,
    availableServiceIds: list(services),
  })),
  remaps: true,
});
const raw = (name: string, hex: string): ErrorMessage => ({
  name,
  rule: 'M11',
  trigger: 'message-that-does-not-parse',
  bytes: () => framed(Buffer.from(hex, 'hex')),
});

const PAYLOAD = Buffer.from('not for you');
const UNKNOWN_FIELD = Buffer.from('a2060161', 'hex');
const OVERSIZED_BYTES = 65_000;

const ALWAYS: readonly ErrorMessage[] = [
  raw('a truncated varint', '0801ff'),
  raw('a payload longer than its message', '0801100122ff01'),
  raw('field number 0', '0001'),
  raw('a service id that is no UTF-8', '080110012a02fffe'),
  { name: 'an empty frame', rule: 'M11', trigger: 'frame-of-length-0', bytes: () => framed(Buffer.alloc(0)) },
  told('type UNKNOWN', 'M1', 'message-of-an-unknown-type', (s) => ({ ...s, type: 0, payload: PAYLOAD })),
  told('an unknown type', 'M10', 'message-of-an-unknown-type', (s) => ({ ...s, type: 99, payload: PAYLOAD })),
  told('an unknown ignorable type', 'M10', 'message-of-an-unknown-type', (s) => ({
    ...s,
    type: 99,
    ignorable: true,
    payload: PAYLOAD,
  })),
  told('a negative type', 'M10', 'message-of-an-unknown-type', (s) => ({ ...s, type: -1, payload: PAYLOAD })),
  told('DATA with stream id 0', 'S17', 'stream-id-0', (s) => ({
    ...s,
    type: DATA,
    streamId: 0,
    payload: PAYLOAD,
  })),
  told('STREAM_RESET with stream id 0', 'S17', 'stream-id-0', (s) => ({
    ...s,
    type: STREAM_RESET,
    streamId: 0,
  })),
  {
    name: 'DATA with a field that does not exist',
    rule: 'S17',
    trigger: 'unknown-field',
    bytes: (s) => framed(Buffer.concat([encodeMessage(message({ ...s, type: DATA })), UNKNOWN_FIELD])),
  },
  {
    name: 'DATA over 64512 bytes',
    rule: 'S17',
    trigger: 'payload-over-64512-bytes',
    bytes: ({ streamId }) =>
      framed(
        encodeMessage(
          message({ type: DATA, streamId: streamId ^ 0x55, payload: Buffer.alloc(OVERSIZED_BYTES) }),
        ),
      ),
  },
  inText('DATA in a text message', (s) => ({ ...s, type: DATA, payload: PAYLOAD })),
  inText('STREAM_RESET in a text message', (s) => ({ ...s, type: STREAM_RESET })),
  inText('SESSION_RESET in a text message', () => ({ type: SESSION_RESET })),
];

const NAMED: readonly ErrorMessage[] = [
  remaps('SERVICE_IDS with one more', (services) => [...services, 'OTHER']),
  remaps('SERVICE_IDS with others', () => ['OTHER']),
  remaps('SERVICE_IDS with none', () => []),
  told('DATA of a service that the tunnel does not have', 'S17', 'data-of-an-unknown-service', (s) => ({
    ...s,
    type: DATA,
    serviceId: 'OTHER',
    payload: PAYLOAD,
  })),
  inText('SERVICE_IDS in a text message', () => ({ type: SERVICE_IDS, availableServiceIds: ['OTHER'] })),
];

/** The messages that a client of this role and version must or may treat as errors. */
export function errorsOf(role: Side, version: MessageFormat): ErrorMessage[] {
  const errors = [...ALWAYS, ...(version === 'V1' ? [] : NAMED)];
  if (role === 'source') {
    errors.push(
      told('STREAM_START', 'S6', 'STREAM_START', (s) => ({
        ...s,
        type: STREAM_START,
        streamId: s.streamId ^ 0x55,
      })),
    );
  }
  if (role === 'destination' && version !== 'V1') {
    const other = { type: STREAM_START, serviceId: 'OTHER' };
    errors.push(
      told(
        'STREAM_START of a service that the tunnel does not have',
        'S17',
        'start-of-an-unknown-service',
        (s) => ({ ...s, ...other }),
      ),
    );
  }
  if (version === 'V3') {
    const connectionId = 0x5555;
    errors.push(
      told('DATA of another connection', 'S9', 'data-of-an-unknown-connection', (s) => ({
        ...s,
        type: DATA,
        connectionId,
        payload: PAYLOAD,
      })),
      told('DATA without connection id', 'X4', 'message-without-connection-id', (s) => ({
        ...s,
        type: DATA,
        connectionId: 0,
      })),
      told('CONNECTION_START on another stream', 'S9', 'CONNECTION_START', (s) => ({
        ...s,
        type: CONNECTION_START,
        streamId: s.streamId ^ 0x55,
        connectionId,
      })),
    );
  }
  if (role === 'source' || version !== 'V3') {
    const rule = version === 'V3' ? 'S9' : 'X2';
    errors.push(
      told('CONNECTION_START', rule, 'CONNECTION_START', (s) => ({
        ...s,
        type: CONNECTION_START,
        connectionId: 9,
      })),
    );
  }
  if (version !== 'V3') {
    errors.push(
      told('CONNECTION_RESET', 'X2', 'CONNECTION_RESET', (s) => ({
        ...s,
        type: CONNECTION_RESET,
        connectionId: 9,
      })),
    );
  }
  return errors;
}
