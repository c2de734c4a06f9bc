import { describe, expect, test } from 'vitest';
import { MAIN, runCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { startEmbedded } from './support/embedded.js';
import { hasSsh, hasSshd } from './support/programs.js';
import { SshClient } from './support/ssh-client.js';
import { startSshd } from './support/sshd.js';
import { startTunnel } from './support/tunnel.js';

const servers = [
  { name: 'a real sshd', present: hasSsh && hasSshd, start: startSshd },
  { name: 'the embedded SSH server', present: hasSsh, start: startEmbedded },
];

describe('tunnel-testbed connect', () => {
  test.each(servers.map((each) => [each.name, each] as const))(
    'carries ssh as its ProxyCommand to %s',
    async (_name, { present, start }) => {
      if (!present) return;
      using folder = temporaryFolder();
      const started = await start(folder.path);
      await using _held = 'sshd' in started ? started.sshd : started.server;
      const { target } = started;
      await using tunnel = await startTunnel({
        stateDir: folder.file('state'),
        targets: { SSH: target.port },
        withoutSource: true,
      });
      const connect = `${process.execPath} ${MAIN} connect SSH -e ${tunnel.endpoint} --ca ${tunnel.caPath}`;
      const variable = `AWSIOT_TUNNEL_ACCESS_TOKEN=${tunnel.sourceAccessToken}`;
      const ssh = new SshClient(target, 1, folder.file('known_hosts'), [
        `ProxyCommand=env ${variable} ${connect}`,
      ]);
      const result = await ssh.command('cat; exit 4', 'by the proxy command');
      expect(result).toEqual({ code: 4, stdout: 'by the proxy command', stderr: '' });
    },
  );

  test('ends with status 1 and one line where the destination cannot dial', async () => {
    using folder = temporaryFolder();
    const options = { stateDir: folder.file('state'), targets: { SSH: 1 }, withoutSource: true };
    await using tunnel = await startTunnel(options);
    const result = await runCli(['connect', 'SSH', '-e', tunnel.endpoint, '--ca', tunnel.caPath], {
      env: { AWSIOT_TUNNEL_ACCESS_TOKEN: tunnel.sourceAccessToken },
      keepInput: true,
    });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /^tunnel-testbed connect: the destination closed the connection at once: [^\n]+\n$/,
    );
  });
});
