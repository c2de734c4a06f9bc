import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, startDestinationProxy, startSourceProxy } from '../clients/index.js';
import { generateSshKey, startSshServer } from '../clients/ssh/index.js';
import { startMockService } from '../mock-service/index.js';
import { quote } from './own-name.js';

const USERNAME = 'demo';
const SERVICE = 'SSH';
const LOOPBACK = '127.0.0.1';

export interface DemoOptions {
  /** Port of the service; 0 picks a free port. */
  readonly port: number;
  /** Local port for ssh; 0 picks a free port. */
  readonly sshPort: number;
  readonly logger: Logger;
}

/** A running demo: a tunnel with both sides, which leads to an SSH server. */
export interface StartedDemo extends AsyncDisposable {
  readonly endpoint: string;
  /** The folder that holds all files of the demo. It is removed at the end. */
  readonly directory: string;
  readonly sshPort: number;
  readonly username: string;
  /** The shell command that logs in. */
  readonly sshCommand: string;
}

/** Starts service, SSH server, destination proxy and source proxy. If one of them fails, everything is removed again. */
export async function startDemo(options: DemoOptions): Promise<StartedDemo> {
  const undo: (() => Promise<unknown>)[] = [];
  const dispose = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'tunnel-testbed-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const home = join(directory, 'home');
    await mkdir(home);
    const service = await startMockService({ port: options.port, stateDir: join(directory, 'state') });
    undo.push(() => service.stop());
    const opened = service.openTunnel({ services: [SERVICE] });

    const key = generateSshKey(USERNAME);
    const identity = join(directory, 'id_ed25519');
    await writeFile(identity, key.privateKey, { mode: 0o600 });
    const { logger } = options;
    const server = await startSshServer({
      directory: home,
      username: USERNAME,
      authorizedKeys: [key.publicKey],
      logger,
    });
    undo.push(() => server.stop());

    const common = { endpoint: service.endpoint, ca: service.caPath, webProxy: false, logger } as const;
    const destination = await startDestinationProxy({
      ...common,
      accessToken: opened.destinationAccessToken,
      services: { [SERVICE]: `${server.host}:${server.port}` },
    });
    undo.push(() => destination.stop());
    const source = await startSourceProxy({
      ...common,
      accessToken: opened.sourceAccessToken,
      services: { [SERVICE]: options.sshPort },
    });
    undo.push(() => source.stop());
    const { port: sshPort } = source.ports.get(SERVICE)!;
    const knownHosts = join(directory, 'known_hosts');
    await writeFile(knownHosts, `[${LOOPBACK}]:${sshPort} ${server.hostPublicKey}\n`);
    return {
      endpoint: service.endpoint,
      directory,
      sshPort,
      username: USERNAME,
      sshCommand: sshCommand(identity, knownHosts, sshPort),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Makes an ssh command that ignores the user's own configuration and asks no questions. */
function sshCommand(identity: string, knownHosts: string, port: number): string {
  const options = [
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
  ].map((option) => `-o ${quote(option)}`);
  return `ssh -F none -i ${quote(identity)} ${options.join(' ')} -p ${port} ${USERNAME}@${LOOPBACK}`;
}
