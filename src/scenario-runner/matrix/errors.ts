import {
  encodeFrame,
  type Message,
  type MessageFormat,
  MessageType,
  message,
  type RuleId,
  type Side,
} from '../../protocol/index.js';
import type { StreamAddress } from '../stage/live-stream.js';

/** A message that a client may ignore, or take for an error and end something; it must not crash or go deaf. */
export interface ErrorMessage {
  readonly name: string;
  readonly rule: RuleId;
  readonly bytes: (stream: StreamAddress) => Buffer;
}

const framed = (
  name: string,
  rule: RuleId,
  fields: (stream: StreamAddress) => Partial<Message>,
): ErrorMessage => ({
  name,
  rule,
  bytes: (stream) => Buffer.from(encodeFrame(message(fields(stream)))),
});
const raw = (name: string, hex: string): ErrorMessage => ({
  name,
  rule: 'M11',
  bytes: () => Buffer.concat([Buffer.from([0, hex.length / 2]), Buffer.from(hex, 'hex')]),
});

const ALWAYS: readonly ErrorMessage[] = [
  raw('a truncated varint', '0801ff'),
  raw('a payload longer than its message', '0801100122ff01'),
  raw('field number 0', '0001'),
  raw('a service id that is no UTF-8', '080110012a02fffe'),
  framed('an unknown type', 'M10', (stream) => ({ ...stream, type: 99 })),
  framed('an unknown ignorable type', 'M10', (stream) => ({ ...stream, type: 99, ignorable: true })),
  framed('DATA with stream id 0', 'S17', (stream) => ({ ...stream, type: MessageType.DATA, streamId: 0 })),
  framed('STREAM_RESET with stream id 0', 'S17', (stream) => ({
    ...stream,
    type: MessageType.STREAM_RESET,
    streamId: 0,
  })),
];

/** The messages that are, or may be taken for, errors by a client of this role and version. */
export function errorsOf(role: Side, version: MessageFormat): ErrorMessage[] {
  const errors = [...ALWAYS];
  if (role === 'source') {
    errors.push(
      framed('STREAM_START', 'S6', (s) => ({
        ...s,
        type: MessageType.STREAM_START,
        streamId: s.streamId + 1,
      })),
    );
  }
  if (role === 'source' || version !== 'V3') {
    const rule = version === 'V3' ? 'S9' : 'X2';
    const start = { type: MessageType.CONNECTION_START, connectionId: 9 };
    errors.push(framed('CONNECTION_START', rule, (s) => ({ ...s, ...start })));
  }
  if (version !== 'V3') {
    const reset = { type: MessageType.CONNECTION_RESET, connectionId: 9 };
    errors.push(framed('CONNECTION_RESET', 'X2', (s) => ({ ...s, ...reset })));
  }
  return errors;
}
