// Generates the protobufjs static module (the reference codec) from proto/tunnel.proto.
// With a folder as argument it writes there instead, so that a test can compare.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const { pbjs, pbts } = createRequire(import.meta.url)('protobufjs-cli');
const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? join(root, 'src/protocol/reference/generated');
mkdirSync(out, { recursive: true });
const js = join(out, 'message.js');
await promisify(pbjs.main)([
  '--target',
  'static-module',
  '--wrap',
  'es6',
  '--es6',
  '--keep-case',
  '--force-number',
  '--no-service',
  '--no-delimited',
  '--out',
  js,
  join(root, 'proto/tunnel.proto'),
]);
// Node's ESM loader wants the file extension in the import.
writeFileSync(
  js,
  readFileSync(js, 'utf8').replace(/from "protobufjs\/minimal"/, 'from "protobufjs/minimal.js"'),
);
await promisify(pbts.main)(['--out', join(out, 'message.d.ts'), js]);
const types = join(out, 'message.d.ts');
// No 64-bit field, so Long is not used; an import-require would not resolve in every consumer's setting.
writeFileSync(types, readFileSync(types, 'utf8').replace(/^import Long = .*\n/m, ''));
