// Writes vectors/ from the schema with protobufjs: golden bytes for codecs in any language (docs/vectors.md).
// With a folder as argument it writes there instead, so that a test can compare.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chunkings } from './vectors/chunkings.mjs';
import { malformed } from './vectors/malformed.mjs';
import { valid } from './vectors/valid.mjs';
import { sha256, Type } from './vectors/wire.mjs';

const out = process.argv[2] ?? fileURLToPath(new URL('../vectors', import.meta.url));
/** Longer bytes stand in the binary file alone. */
const LONGEST_HEX = 256;

const binary = [];
const places = new Map();
let end = 0;

/** Where bytes stand in the binary file (equal ones once), and as hex where they are short. */
function place(data) {
  const digest = sha256(data);
  if (!places.has(digest)) {
    places.set(digest, end);
    binary.push(data);
    end += data.length;
  }
  const hex = data.length <= LONGEST_HEX ? { hex: Buffer.from(data).toString('hex') } : {};
  return { offset: places.get(digest), length: data.length, sha256: digest, ...hex };
}

function payloadOf(data) {
  const hex = data.length <= LONGEST_HEX ? { hex: Buffer.from(data).toString('hex') } : {};
  return { length: data.length, sha256: sha256(data), ...hex };
}

function messageOf({ type, streamId, ignorable, payload, serviceId, availableServiceIds, connectionId }) {
  return {
    type,
    streamId,
    ignorable,
    payload: payloadOf(payload),
    serviceId,
    availableServiceIds,
    connectionId,
  };
}

/** One vector a line: short to read, short to compare. */
function write(name, head, entries) {
  const unique = new Set(entries.map((entry) => entry.name));
  if (unique.size !== entries.length) throw new Error(`${name}: two vectors have the same name`);
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
  const fields = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
  );
  writeFileSync(join(out, name), `{\n${fields.join('\n')}\n  "vectors": [\n${lines}\n  ]\n}\n`);
}

mkdirSync(out, { recursive: true });
const head = { version: 1, binary: 'frames.bin', schema: 'proto/tunnel.proto' };
write(
  'valid.json',
  { ...head, types: Type },
  valid.map(({ message, frame, ...rest }) => ({ ...rest, message: messageOf(message), frame: place(frame) })),
);
write(
  'chunkings.json',
  head,
  chunkings.map(({ stream, ...rest }) => ({ ...rest, stream: place(stream) })),
);
write(
  'malformed.json',
  { ...head, services: ['SSH', 'HTTP'] },
  malformed.map(({ bytes, ...rest }) => ({ ...rest, bytes: place(bytes) })),
);
writeFileSync(join(out, 'frames.bin'), Buffer.concat(binary));
