import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { decodeMessage, encodeMessage, type Message, MessageScanner } from '../../src/protocol/index.js';
import { com } from '../../src/protocol/reference/generated/message.js';
import { projectFile } from '../harness/project-file.js';

interface Codec {
  encode(value: Message): Uint8Array;
  decode(body: Uint8Array): unknown;
}

const scanner = new MessageScanner();

export const OURS = {
  encode: encodeMessage,
  decode: (body: Uint8Array) => decodeMessage(body),
  scan: (body: Uint8Array) => scanner.scan(body, 0, body.length) && scanner.payloadLength,
};

/** The fields for protobufjs. Absent fields are left out, as users of protobufjs do it. */
function fieldsOf({ type, streamId, payload, serviceId, connectionId }: Message) {
  return { type, streamId, payload, serviceId, connectionId };
}

const Static = com.amazonaws.iot.securedtunneling.Message;
const STATIC: Codec = {
  encode: (value) => Static.encode(fieldsOf(value)).finish(),
  decode: (body) => Static.decode(body),
};

export function protobufjsStatic(): Codec {
  return STATIC;
}

let reflection: Codec | undefined;

/** The reflection codec. It is made when it is first used, so that only its own samples load the schema. */
export function protobufjsReflection(): Codec {
  reflection ??= loadReflection();
  return reflection;
}

function loadReflection(): Codec {
  const { root } = protobuf.parse(readFileSync(projectFile('proto/tunnel.proto'), 'utf8'), {
    keepCase: true,
  });
  const type = root.lookupType('com.amazonaws.iot.securedtunneling.Message');
  return {
    encode: (value) => type.encode(fieldsOf(value)).finish(),
    decode: (body) => type.decode(body),
  };
}
