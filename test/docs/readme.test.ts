import { access, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { startSshd } from '../ssh/support/sshd.js';
import { describeWithPrograms } from '../support/real-program.js';

const root = new URL('../..', import.meta.url).pathname;
const readme = await readFile(join(root, 'README.md'), 'utf8');

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

describe('the README', () => {
  it.each(['examples/in-a-test.mjs', 'examples/device.sh'])('shows %s as it is', async (file) => {
    expect(readme).toContain(`\n${await readFile(join(root, file), 'utf8')}\`\`\`\n`);
  });

  it('links to pages that are there', async () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target!);
    expect(links.length).toBeGreaterThan(5);
    for (const target of new Set(links)) await access(join(root, target));
  });

  it('has an example of a tunnel in a test that runs', async () => {
    const { code, stdout, stderr } = await run(process.execPath, ['examples/in-a-test.mjs'], { cwd: root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^hello, through [\w-]+\n$/);
  });
});

const PROGRAMS = { aws: 'awscli', ssh: 'openssh-client', sshd: 'openssh-server' };

describeWithPrograms(PROGRAMS, 'the README, the whole way', () => {
  it('logs in to a device that the AWS CLI has opened a tunnel to', async () => {
    using folder = temporaryFolder();
    const { target, sshd } = await startSshd(folder.path);
    await using _ = sshd;
    const options = [
      '-F',
      'none',
      '-i',
      target.identityFile,
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'LogLevel=ERROR',
    ];
    const { code, stdout, stderr } = await run(
      'bash',
      [
        'examples/device.sh',
        ...options,
        '-o',
        `UserKnownHostsFile=${folder.file('known')}`,
        `${target.username}@127.0.0.1`,
        'echo from the device',
      ],
      {
        cwd: root,
        env: {
          // A shim of a Python version manager may stand before Debian's own.
          PATH: `/usr/bin:${process.env.PATH}`,
          SSH_PORT: String(target.port),
          LOCAL_PORT: await freePort(),
          MQTT_PORT: await freePort(),
          XDG_STATE_HOME: folder.path,
        },
        ms: 120_000,
      },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('from the device\n');
  }, 150_000);
});
