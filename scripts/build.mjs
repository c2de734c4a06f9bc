// Compiles src, scenarios and bench to dist/. With --if-stale, only when a source is newer than the last build.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sources = [
  'src',
  'scenarios',
  'bench',
  'proto',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  return sources.every((source) => newest(join(root, source)) <= builtAt);
}

/** Takes away what was compiled from a source that is gone: scenarios are found by their files. */
function removeOrphans() {
  for (const folder of ['src', 'scenarios', 'bench']) {
    const built = join(root, 'dist', folder);
    if (!existsSync(built)) continue;
    for (const name of readdirSync(built, { recursive: true })) {
      const compiled = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(name);
      if (compiled === null) continue;
      const kept = ['.ts', '.js', '.d.ts'].some((ending) =>
        existsSync(join(root, folder, compiled[1] + ending)),
      );
      if (!kept) rmSync(join(built, name));
    }
  }
}

if (!process.argv.includes('--if-stale') || !isFresh()) {
  const startedAt = new Date();
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
    cwd: root,
  });
  removeOrphans();
  // tsc does not carry over the generated JavaScript that stands beside its declarations.
  cpSync(
    join(root, 'src/protocol/reference/generated'),
    join(root, 'dist/src/protocol/reference/generated'),
    {
      recursive: true,
    },
  );
  const main = join(root, 'dist/src/cli/main.js');
  if (existsSync(main)) chmodSync(main, 0o755);
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}
