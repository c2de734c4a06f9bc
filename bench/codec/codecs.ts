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

/** What protobufjs takes: no absent field written out, as its own users would. */
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

/** Made when first asked for: only its own samples load the schema. */
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
