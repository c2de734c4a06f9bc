import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { startEmbedded } from './support/embedded.js';
import { hasSsh } from './support/programs.js';
import { SshClient } from './support/ssh-client.js';
import { startTunnel } from './support/tunnel.js';

describe('one SSH session crosses the tunnel in every format (X1 to X5)', () => {
  test.skipIf(!hasSsh).each([
    ['V1', 'V1'],
    ['V2', 'V2'],
    ['V3', 'V2'],
  ])('from a %s source to a %s destination', async (sourceFormat, destinationFormat) => {
    using folder = temporaryFolder();
    const { target, server } = await startEmbedded(folder.path);
    await using _ = server;
    await using tunnel = await startTunnel({
      stateDir: folder.file('state'),
      targets: { SSH: target.port },
      sourceFormat,
      destinationFormat,
    });
    const [port] = Object.values(tunnel.ports);
    const ssh = new SshClient(target, port!, folder.file('known_hosts'));
    expect(await ssh.command('echo through; cat', 'and back')).toMatchObject({
      code: 0,
      stdout: 'through\nand back',
    });
    // The next one, after the first has ended.
    expect(await ssh.command('exit 3')).toMatchObject({ code: 3 });
  });
});
