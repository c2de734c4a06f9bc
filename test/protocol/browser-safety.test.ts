import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOM = resolve('src/protocol');

/** What a compiler that knows browsers and no Node has to say about a file and all it imports. */
function complaintsOf(file: string): string[] {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('src/protocol runs in a browser', () => {
  it('uses no Node API', () => {
    expect(complaintsOf('src/protocol/index.ts')).toEqual([]);
  });

  it('imports nothing but itself, and protobufjs in the reference', () => {
    const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[jt]s$/.test(name))
      .map((name) => join(ROOM, name));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const imports = ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles.map((it) => it.fileName);
      const outside = imports.filter(
        (name) => !name.startsWith('.') || !resolve(file, '..', name).startsWith(ROOM),
      );
      const allowed = file.includes('/reference/generated/') ? ['protobufjs', 'protobufjs/minimal.js'] : [];
      expect({ file, outside: outside.filter((name) => !allowed.includes(name)) }).toEqual({
        file,
        outside: [],
      });
    }
  });

  it('and the check sees what it looks for', () => {
    const dir = mkdtempSync(join(tmpdir(), 'testbed-browser-'));
    const file = join(dir, 'node-only.mts');
    writeFileSync(file, "import 'node:fs';\nexport const x = [Buffer.from(''), process.pid];\n");
    const complaints = complaintsOf(file).join('\n');
    rmSync(dir, { recursive: true });
    expect(complaints).toContain("'Buffer'");
    expect(complaints).toContain("'process'");
    expect(complaints).toContain("'node:fs'");
  });
});
