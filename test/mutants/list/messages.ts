import { encodeMessage, message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import {
  DATA,
  down,
  framed,
  isKnown,
  isReset,
  SERVICE_IDS,
  SESSION_RESET,
  STREAM_RESET,
  STREAM_START,
  up,
} from './vocabulary.js';

/** A field of the schema written out with its zero value: tag, then 0. */
const ZERO_FIELDS = [Buffer.from([0x18, 0]), Buffer.from([0x2a, 0]), Buffer.from([0x38, 0])];

/** Clients that get messages wrong: what they send, and what they make of what they get. */
export const MESSAGES: readonly Mutant[] = [
  {
    id: 'sends-unknown-type',
    breaks: 'sends messages of type UNKNOWN',
    rules: ['M1'],
    hooks: () => up((value) => [value, { ...value, type: 0, payload: Buffer.alloc(0) }]),
  },
  {
    id: 'stream-id-zero',
    breaks: 'uses stream id 0, as the article and a public browser client can',
    rules: ['M2'],
    hooks: () => {
      let real = 0;
      return {
        up: {
          message: (value) => {
            if (value.type === STREAM_START) real = value.streamId;
            return value.streamId === 0 ? value : { ...value, streamId: 0 };
          },
        },
        down: {
          message: (value) => {
            if (value.type === STREAM_START) real = value.streamId;
            return value.streamId === 0 && isKnown(value) ? { ...value, streamId: real } : value;
          },
        },
      };
    },
  },
  {
    id: 'destination-starts',
    breaks: 'as destination answers STREAM_START with STREAM_START',
    rules: ['M4', 'S4'],
    roles: ['destination'],
    hooks: (wire) =>
      down((value) => {
        if (value.type === STREAM_START) wire.toService(value);
        return value;
      }),
  },
  {
    id: 'sends-service-ids',
    breaks: 'answers SERVICE_IDS with its own, as a public browser client does',
    rules: ['M5'],
    hooks: (wire) =>
      down((value) => {
        if (value.type === SERVICE_IDS) wire.toService(value);
        return value;
      }),
  },
  {
    id: 'sends-session-reset',
    breaks: 'sends SESSION_RESET when an application has gone',
    rules: ['M5', 'S8'],
    hooks: () => up((value) => (isReset(value) ? message({ type: SESSION_RESET }) : value)),
  },
  {
    id: 'sends-unknown-field',
    breaks: 'adds a field of its own to what it sends',
    rules: ['M6'],
    hooks: () => up((value) => framed(Buffer.concat([encodeMessage(value), Buffer.from('a2060161', 'hex')]))),
  },
  {
    id: 'names-unknown-service',
    breaks: 'starts streams for a service the tunnel does not have, as a public toolkit does',
    rules: ['M7', 'S3'],
    roles: ['source'],
    hooks: () => ({
      up: { message: (value) => (value.streamId === 0 ? value : { ...value, serviceId: 'WSS' }) },
      down: {
        message: (value) =>
          value.streamId === 0 || value.serviceId !== 'WSS' ? value : { ...value, serviceId: 'SSH' },
      },
    }),
  },
  {
    id: 'service-id-dropped',
    breaks: 'leaves the service id away after STREAM_START',
    rules: ['M8'],
    versions: ['V2', 'V3'],
    hooks: () => up((value) => (value.type === STREAM_START ? value : { ...value, serviceId: '' })),
  },
  {
    id: 'service-id-made-up',
    breaks: 'names a service on a stream that it started without',
    rules: ['M8'],
    roles: ['source'],
    versions: ['V1'],
    hooks: () => up((value) => (value.type === DATA ? { ...value, serviceId: 'SSH' } : value)),
  },
  {
    id: 'data-before-start',
    breaks: 'sends DATA for a service that has no stream',
    rules: ['M9', 'S3', 'S4'],
    versions: ['V2', 'V3'],
    hooks: () => up((value) => [...(value.type === DATA ? [{ ...value, serviceId: 'TELNET' }] : []), value]),
  },
  {
    id: 'sends-noise',
    breaks: 'sends messages that do not parse',
    rules: ['M11'],
    hooks: () => up((value) => [value, framed(Buffer.from('0f01', 'hex'))]),
  },
  {
    id: 'frames-without-prefix',
    breaks: 'sends messages without their length, as a public printer agent does',
    rules: ['M11', 'S3', 'S4'],
    hooks: () => up((value) => encodeMessage(value)),
  },
  {
    id: 'format-changed',
    breaks: 'leaves ids away from the third stream on',
    rules: ['M13'],
    versions: ['V2', 'V3'],
    hooks: () => {
      const streams = new Set<number>();
      return up((value) => {
        if (value.streamId !== 0) streams.add(value.streamId);
        return streams.size > 2 ? { ...value, serviceId: '', connectionId: 0 } : value;
      });
    },
  },
  {
    id: 'dies-of-unparsable',
    breaks: 'crashes over a message that does not parse',
    rules: ['M11'],
    hooks: (wire) => ({ down: { unparsable: () => wire.crash() } }),
  },
  {
    id: 'unparsable-in-silence',
    breaks: 'drops a message that does not parse, and its stream goes on: the guides say that it should end',
    rules: ['M11'],
    hooks: () => ({ down: { unparsable: () => null } }),
  },
  {
    id: 'deaf-after-unparsable',
    breaks: 'stops reading after a message that does not parse',
    rules: ['M11'],
    hooks: (wire) => ({ down: { unparsable: () => wire.hang() } }),
  },
  {
    id: 'unparsable-is-data',
    breaks: 'hands a message that does not parse to the application',
    rules: ['M11'],
    hooks: (wire) => ({
      down: {
        unparsable: (raw) => {
          const stream = [...wire.streams.values()].at(-1);
          if (stream === undefined) return null;
          const [connectionId = 0] = stream.connections;
          return message({ ...stream, connectionId, type: DATA, payload: raw.subarray(2) });
        },
      },
    }),
  },
  {
    id: 'deaf-after-unknown-type',
    breaks: 'stops reading after a type it does not know',
    rules: ['M10', 'M1', 'M11'],
    hooks: (wire) => down((value) => (isKnown(value) ? value : wire.hang())),
  },
  {
    id: 'dies-of-unknown-type',
    breaks: 'crashes over a type it does not know, ignorable or not',
    rules: ['M10', 'M1'],
    hooks: (wire) => down((value) => (isKnown(value) ? value : wire.crash())),
  },
  {
    id: 'unknown-type-is-data',
    breaks: 'hands the payload of an unknown type to the application',
    rules: ['M10', 'M1'],
    hooks: () => down((value) => (isKnown(value) ? value : { ...value, type: DATA })),
  },
  {
    id: 'dies-of-unknown-field',
    breaks: 'crashes over a field it does not know',
    rules: ['S17'],
    hooks: (wire) =>
      down((value, raw) => (Buffer.from(raw).includes('a2060161', 0, 'hex') ? wire.crash() : value)),
  },
  {
    id: 'empty-data-ends',
    breaks: 'takes DATA without payload for the end of the stream',
    rules: ['S17', 'S4'],
    hooks: () =>
      down((value) =>
        value.type === DATA && value.payload.length === 0 ? { ...value, type: STREAM_RESET } : value,
      ),
  },
  {
    id: 'zero-is-a-value',
    breaks: 'takes a zero that is written out for an id',
    rules: ['M12'],
    hooks: () =>
      down((value, raw) =>
        value.type === DATA && ZERO_FIELDS.some((zero) => Buffer.from(raw.subarray(2, 4)).equals(zero))
          ? null
          : value,
      ),
  },
  {
    id: 'fields-in-order',
    breaks: 'wants the type first',
    rules: ['M11'],
    hooks: () => down((value, raw) => (value.type === DATA && raw[2] !== 0x08 ? null : value)),
  },
  {
    id: 'dies-of-absent-service',
    breaks: 'crashes over STREAM_START without service id, as the public C client does over other messages',
    rules: ['X1', 'M12'],
    roles: ['destination'],
    versions: ['V2', 'V3'],
    hooks: (wire) =>
      down((value) => (value.type === STREAM_START && value.serviceId === '' ? wire.crash() : value)),
  },
  {
    id: 'service-ids-close-all',
    breaks: 'closes every connection when SERVICE_IDS is repeated, as the reference does',
    rules: ['S1'],
    versions: ['V2', 'V3'],
    hooks: () => {
      let seen = 0;
      return down((value) =>
        value.type === SERVICE_IDS && ++seen > 1 ? [message({ type: SESSION_RESET }), value] : value,
      );
    },
  },
  {
    id: 'behind-service-ids-lost',
    breaks: 'loses frames that share a WebSocket message with SERVICE_IDS, as the reference does',
    rules: ['W4', 'S1'],
    roles: ['destination'],
    versions: ['V2', 'V3'],
    hooks: () => ({
      down: {
        frame: (frame) => {
          const { payload, opcode } = frame;
          if (opcode !== 2 || payload.length < 4 || payload[2] !== 0x08 || payload[3] !== SERVICE_IDS) {
            return [frame];
          }
          return [{ ...frame, payload: payload.subarray(0, 2 + payload.readUInt16BE(0)) }];
        },
      },
    }),
  },
];
