import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';

export interface SshOverTunnelOptions {
  readonly username: string;
  /** OpenSSH or PEM text. A key or a password must be given. */
  readonly privateKey?: string;
  readonly password?: string;
  /** The server's public key, one line as in `known_hosts`. Without it, any server is trusted. */
  readonly hostPublicKey?: string;
  /** Milliseconds for the SSH handshake; default 20000. */
  readonly readyTimeoutMs?: number;
}

/**
 * Logs in to the SSH server behind a stream, such as the one `connectToService` gives: no TCP port is involved.
 * Ending the client ends the stream.
 * @throws {Error} of ssh2, where the server's key is another, the login is refused or the stream ends.
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
