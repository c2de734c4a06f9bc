import { type AddressInfo, isIP } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { ClientError, reasonOf } from '../errors.js';
import { type Logger, silentLogger } from '../logger.js';
import { authenticator } from './authentication.js';
import { allowLoopbackForwarding } from './forwarding.js';
import { generateSshKey, type SshKey } from './keys.js';
import { openSession } from './session.js';

export interface SshServerOptions {
  /** The folder that sftp shows and in which commands start. */
  readonly directory: string;
  /** The only user that may log in. */
  readonly username: string;
  /** Public keys, one line each as in `authorized_keys`. A key or a password must be given. */
  readonly authorizedKeys?: readonly string[];
  readonly password?: string;
  /** A loopback address. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Default: a new key. */
  readonly hostKey?: SshKey;
  /** Environment variables for commands. Default: those of this process, without `AWSIOT_*` and `TUNNEL_*`. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly logger?: Logger;
}

/** A small SSH server: commands, shells, sftp, forwarding to loopback. */
export interface StartedSshServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly hostPublicKey: string;
  /** Ends all sessions and their processes, and stops listening. */
  stop(): Promise<void>;
}

/** More connections than this at once are refused. */
const MAX_CONNECTIONS = 256;

/**
 * Starts an SSH server that needs no installed program. A logged-in user can run anything as this process's user. So the
 * server listens on loopback only, and requires a key or a password.
 * @throws {ClientError} INVALID_OPTION, LISTEN_FAILED.
 */
export async function startSshServer(options: SshServerOptions): Promise<StartedSshServer> {
  const { logger = silentLogger, host = '127.0.0.1', hostKey = generateSshKey('tunnel-testbed') } = options;
  if (!isLoopback(host)) {
    throw new ClientError('INVALID_OPTION', `host '${host}' is not loopback: give 127.0.0.1 or ::1`);
  }
  const authenticate = authenticator({ ...options, authorizedKeys: options.authorizedKeys ?? [] });
  const environment = options.environment ?? withoutSecrets(process.env);
  const connections = new Set<Connection>();
  const running = new Set<() => Promise<void>>();

  const server = new ssh2.Server(
    { hostKeys: [hostKey.privateKey], ident: 'tunnel-testbed' },
    (connection) => {
      connections.add(connection);
      connection.on('error', (error) => logger.debug({ reason: reasonOf(error) }, 'ssh connection failed'));
      connection.on('close', () => connections.delete(connection));
      connection.on('authentication', authenticate);
      connection.on('session', (accept) =>
        openSession(accept(), { directory: options.directory, environment, running, logger }),
      );
      allowLoopbackForwarding(connection, logger);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: Error) =>
      reject(new ClientError('LISTEN_FAILED', `ssh server ${host}:${options.port ?? 0}: ${reasonOf(error)}`)),
    );
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...running].map((kill) => kill()));
    for (const connection of connections) connection.end();
    await closed;
  };
  return {
    host: address.address,
    port: address.port,
    hostPublicKey: hostKey.publicKey,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The environment without the tokens that this process may have been given: a shell does not need them. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWSIOT_|TUNNEL_)/.test(name)));
}
