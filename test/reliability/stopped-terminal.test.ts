import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { MAIN, run } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { findProgram } from '../support/real-program.js';
import { LONGEST_STOP_MS } from './support/process.js';

const SCRIPT = fileURLToPath(new URL('support/stopped-terminal.py', import.meta.url));

it.skipIf(findProgram('python3') === undefined)(
  'serve answers and stops while its terminal is stopped by Ctrl-S',
  async () => {
    using folder = temporaryFolder();
    const serve = ['serve', '--port', '0', '--state-dir', folder.path, '--log-level', 'info'];
    const { stdout, stderr } = await run('python3', [SCRIPT, process.execPath, MAIN, ...serve]);
    const [answered, status, seconds] = stdout.trim().split(' ').map(Number);
    expect([answered, status], stderr).toEqual([300, 0]);
    expect(seconds! * 1000).toBeLessThan(LONGEST_STOP_MS);
  },
);
