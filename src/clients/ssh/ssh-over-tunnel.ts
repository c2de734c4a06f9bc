import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';

export interface SshOverTunnelOptions {
  readonly username: string;
  /** The key as OpenSSH or PEM text. A key or a password must be given. */
  readonly privateKey?: string;
  readonly password?: string;
  /** The server's public key, as `TYPE BASE64` of a line in `known_hosts`. Without it, any server is trusted. */
  readonly hostPublicKey?: string;
  /** The longest time for the SSH handshake, in milliseconds. Default 20000. */
  readonly readyTimeoutMs?: number;
}

/**
 * Logs in to an SSH server over a stream, such as the stream of `connectToService`. No TCP port is needed. Ending the
 * client ends the stream.
 * @throws {Error} of ssh2, if the server has another key, the login is refused or the stream ends.
 */
export function sshOverTunnel(stream: Duplex, options: SshOverTunnelOptions): Promise<Client> {
  const client = new ssh2.Client();
  const { hostPublicKey, readyTimeoutMs, ...login } = options;
  const expected = hostPublicKey?.split(' ')[1];
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      stream.destroy();
      reject(error);
    };
    const ended = (): void => refuse(new Error('the stream ended before the SSH login was done'));
    client.once('error', refuse);
    client.once('close', ended);
    client.once('ready', () => {
      client.removeListener('error', refuse);
      client.removeListener('close', ended);
      resolve(client);
    });
    client.connect({
      ...login,
      sock: stream,
      ...(readyTimeoutMs !== undefined && { readyTimeout: readyTimeoutMs }),
      ...(expected !== undefined && {
        hostVerifier: (key: Buffer) => key.toString('base64') === expected,
      }),
    });
  });
}
