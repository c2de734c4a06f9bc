import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SshPath } from './path.js';

const ALIAS = 'target';

/** Command lines of the OpenSSH programs for a path. They do not use the user's own configuration. */
export class OpenSsh {
  readonly login: string;
  readonly options: readonly string[];
  readonly #port: string;

  constructor({ server, address }: SshPath, folder: string, further: readonly string[] = []) {
    const knownHosts = join(folder, 'known_hosts');
    writeFileSync(knownHosts, `${ALIAS} ${server.hostPublicKey}\n`);
    this.login = `${server.username}@${address.host}`;
    this.#port = String(address.port);
    // If a setting is given twice, ssh uses the first one.
    const settings = [
      ...further,
      `UserKnownHostsFile=${knownHosts}`,
      'GlobalKnownHostsFile=/dev/null',
      `HostKeyAlias=${ALIAS}`,
      'StrictHostKeyChecking=yes',
      'LogLevel=ERROR',
    ];
    this.options = ['-F', 'none', ...settings.flatMap((each) => ['-o', each])];
  }

  /** Logs in with the server's key. */
  static withKey(path: SshPath, folder: string, further: readonly string[] = []): OpenSsh {
    const key = [`IdentityFile=${path.server.identityFile}`, 'IdentitiesOnly=yes', 'BatchMode=yes'];
    return new OpenSsh(path, folder, [...key, ...further]);
  }

  /** Arguments of `ssh`. */
  ssh(flags: readonly string[], ...command: readonly string[]): string[] {
    return [...flags, ...this.options, '-p', this.#port, this.login, ...command];
  }

  scp(from: string, to: string): string[] {
    return [...this.options, '-P', this.#port, from, to];
  }

  /** Arguments of `sftp`, its commands on standard input. */
  sftp(): string[] {
    return [...this.options, '-P', this.#port, '-b', '-', this.login];
  }
}
