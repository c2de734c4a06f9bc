import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSshKey, type StartedSshServer, startSshServer } from '../../../src/clients/ssh/index.js';
import type { SshTarget } from './ssh-client.js';

/** Starts our own SSH server, which needs nothing installed. */
export async function startEmbedded(
  directory: string,
): Promise<{ target: SshTarget; server: StartedSshServer }> {
  const key = generateSshKey('tester');
  const identityFile = join(directory, 'embedded_key');
  writeFileSync(identityFile, key.privateKey, { mode: 0o600 });
  const home = join(directory, 'home');
  mkdirSync(home);
  const server = await startSshServer({
    directory: home,
    username: 'tester',
    authorizedKeys: [key.publicKey],
  });
  return {
    server,
    target: { username: 'tester', port: server.port, identityFile, hostPublicKey: server.hostPublicKey },
  };
}
