import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { runCli, startCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

const ONE = ['--only', 'handshake/path', '--role', 'source', '--patience', '20000'];

/** Writes a definition and judges it by one scenario. */
async function judge(folder: ReturnType<typeof temporaryFolder>, yaml: string) {
  writeFileSync(folder.file('client.yaml'), yaml);
  return runCli(['verify', 'client.yaml', ...ONE], { cwd: folder.path });
}

describe('a client definition that is wrong', () => {
  it.each([
    [
      'an unknown key',
      'name: x\nsource:\n  comand: a\n  command: a\n',
      3,
      'source.comand: there is no such key',
    ],
    ['a missing name', 'source:\n  command: a\n', 1, 'name: is missing'],
    [
      'a wrong value',
      'name: x\nsource: {command: a}\ndeclares:\n  versions: [V4]\n',
      4,
      'declares.versions.0',
    ],
    ['no command', 'name: x\n', 1, 'give a command'],
    ['no YAML', 'name: x\nsource: [a\n', 3, 'this is not YAML'],
    ['an unknown placeholder', 'name: x\nsource:\n  command: "a {tokn}"\n', 3, 'Unknown placeholder {tokn}'],
    ['an open quote', 'name: x\nsource:\n  command: a "b\n', 3, 'unclosed'],
    ['a pattern that is none', "name: x\nready: {output: '('}\nsource: {command: a}\n", 2, 'ready.output'],
    [
      'a pattern without a group',
      'name: x\nsource:\n  command: a\n  listening: port\n',
      4,
      'no group for the port',
    ],
    [
      'a folder that is not there',
      'name: x\nsource: {command: a}\nworkingDirectory: gone\n',
      3,
      'there is no folder',
    ],
  ])('says file, line and key: %s', async (_, yaml, line, says) => {
    using folder = temporaryFolder();
    const { code, stderr } = await judge(folder, yaml);
    expect(code).toBe(2);
    expect(stderr).toContain(`client.yaml:${line}: `);
    expect(stderr).toContain(says);
  });
});

describe('a client that is odd', () => {
  it('cannot be started: says what was looked for, and where', async () => {
    using folder = temporaryFolder();
    const { code, stderr } = await judge(folder, 'name: x\nsource: {command: ./gone}\n');
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toContain(`there is no program './gone' seen from ${folder.path}`);
  });

  it('ends at once: its last words are in the report', async () => {
    using folder = temporaryFolder();
    const yaml = `name: x\nsource: {command: [sh, -c, 'echo "unknown option \\"--x\\"" >&2; exit 3']}\n`;
    const { code, stdout } = await judge(folder, yaml);
    expect(code).toBe(1);
    expect(stdout).toContain('exit status 3; it printed last: unknown option "--x"');
  });

  it.skipIf(process.platform !== 'linux')('goes to the background: it is ended all the same', async () => {
    using folder = temporaryFolder();
    const pid = folder.file('pid');
    const yaml = `name: x\nsource: {command: [sh, -c, 'setsid sh -c "echo \\$\\$ > ${pid}; exec sleep 1000" & while ! [ -s ${pid} ]; do sleep 0.05; done']}\n`;
    const { code, stdout } = await judge(folder, yaml);
    expect(code).toBe(1);
    expect(stdout).toContain('it ended instead');
    expect(existsSync(pid)).toBe(true);
    await gone(pid);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s in mid-run leaves nothing, and reports',
    async (signal) => {
      using folder = temporaryFolder();
      const pid = folder.file('pid');
      const stubborn = `trap "" TERM INT; echo $$ > ${pid}; while :; do sleep 1; done`;
      writeFileSync(
        folder.file('client.yaml'),
        // Ctrl-C does not leave it the time that it asks for.
        `name: x\nstopMs: 600000\nsource: {command: [sh, -c, '${stubborn}']}\n`,
      );
      const args = ['verify', 'client.yaml', '--role', 'source', '--patience', '60000', '--jobs', '1'];
      await using run = startCli(args, { cwd: folder.path, env: { TMPDIR: folder.path } });
      await vi.waitFor(() => expect(existsSync(pid)).toBe(true), { timeout: 30_000 });
      run.child.kill(signal);
      run.child.kill(signal);
      expect(await run.ended()).toEqual({ code: 1, signal: null });
      expect(run.stderr).toContain('the run was stopped');
      expect(run.stdout).toContain('skipped');
      await gone(pid);
      expect(readdirSync(folder.path).sort()).toEqual(['client.yaml', 'pid']);
    },
  );
});

/** The process whose id is in a file has ended; whoever inherited it may take a moment to notice. */
async function gone(file: string): Promise<void> {
  const pid = Number(readFileSync(file, 'utf8'));
  const left = `process ${pid} was left behind`;
  await vi.waitFor(() => expect(() => process.kill(pid, 0), left).toThrow('ESRCH'), { timeout: 10_000 });
}
