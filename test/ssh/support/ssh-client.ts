import { writeFileSync } from 'node:fs';
import { type Finished, RunningProgram, run } from '../../cli/support/run-cli.js';

/** A server to log in to. */
export interface SshTarget {
  readonly username: string;
  /** Where the server itself listens. */
  readonly port: number;
  readonly identityFile: string;
  readonly hostPublicKey: string;
}

const HOST = '127.0.0.1';
/** What the server's key is filed under, whatever port leads to it. */
const ALIAS = 'target';
const LONG_MS = 120_000;

/** The real OpenSSH client, which takes nothing from the user's own configuration. */
export class SshClient {
  readonly #options: readonly string[];
  readonly #login: string;
  readonly #port: string;

  constructor(target: SshTarget, port: number, knownHosts: string, further: readonly string[] = []) {
    writeFileSync(knownHosts, `${ALIAS} ${target.hostPublicKey}\n`);
    const settings = [
      `UserKnownHostsFile=${knownHosts}`,
      'GlobalKnownHostsFile=/dev/null',
      `HostKeyAlias=${ALIAS}`,
      'StrictHostKeyChecking=yes',
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
      'BatchMode=yes',
      'LogLevel=ERROR',
      ...further,
    ];
    this.#options = ['-F', 'none', '-i', target.identityFile, ...settings.flatMap((each) => ['-o', each])];
    this.#login = `${target.username}@${HOST}`;
    this.#port = String(port);
  }

  /** Runs a remote command. */
  command(command: string, input = ''): Promise<Finished> {
    return run('ssh', [...this.#options, '-p', this.#port, this.#login, command], { input });
  }

  /** A login with a terminal. */
  interactive(): RunningProgram {
    return new RunningProgram('ssh', ['-tt', ...this.#options, '-p', this.#port, this.#login], {
      env: { TERM: 'xterm', LC_ALL: 'C' },
    });
  }

  /** A login that only forwards a local port. */
  forward(localPort: number, remotePort: number): RunningProgram {
    const forward = `127.0.0.1:${localPort}:127.0.0.1:${remotePort}`;
    const options = ['-v', '-N', '-o', 'ExitOnForwardFailure=yes', '-o', 'LogLevel=DEBUG'];
    return new RunningProgram('ssh', [
      ...options,
      '-L',
      forward,
      ...this.#options,
      '-p',
      this.#port,
      this.#login,
    ]);
  }

  upload(local: string, remote: string): Promise<Finished> {
    const target = `${this.#login}:${remote}`;
    return run('scp', [...this.#options, '-P', this.#port, local, target], { ms: LONG_MS });
  }

  sftp(batch: string): Promise<Finished> {
    return run('sftp', [...this.#options, '-P', this.#port, '-b', '-', this.#login], {
      input: batch,
      ms: LONG_MS,
    });
  }
}
