import type { ServerChannel, Session } from 'ssh2';
import type { Logger } from '../logger.js';
import { runProcess } from './process-session.js';
import { serveSftp } from './sftp/server.js';

/** The settings that all sessions of a server share. */
export interface SessionSettings {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Functions that end the running processes, one for each. */
  readonly running: Set<() => Promise<void>>;
  readonly logger: Logger;
}

/** Environment variables that a client may set: those that Debian's sshd allows, and TERM. */
const ALLOWED_VARIABLE = /^(LANG|LC_[A-Z_]+|TERM)$/;
const SIGNALS: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGKILL',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
];

/** Answers the requests of one session channel. */
export function openSession(session: Session, settings: SessionSettings): void {
  const variables: NodeJS.ProcessEnv = {};
  let terminal = false;
  let signal: ((name: NodeJS.Signals) => void) | undefined;

  const run = (channel: ServerChannel, command: string | undefined): void => {
    settings.logger.info({ command: command === undefined ? 'shell' : 'command', terminal }, 'ssh session');
    const child = runProcess(channel, command, {
      directory: settings.directory,
      terminal,
      environment: {
        ...settings.environment,
        ...variables,
        HOME: settings.directory,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
        PS1: 'tunnel-testbed:${PWD}$ ',
      },
    });
    signal = child.signal;
    const kill = (): Promise<void> => {
      child.signal('SIGKILL');
      return child.ended;
    };
    settings.running.add(kill);
    void child.ended.then(() => settings.running.delete(kill));
  };

  session.on('env', (accept, reject, info) => {
    // ssh2's types name the fields `key` and `val`.
    if (!ALLOWED_VARIABLE.test(info.key)) {
      reject?.();
      return;
    }
    variables[info.key] = info.val;
    accept?.();
  });
  session.on('pty', (accept, _reject, info) => {
    terminal = true;
    // ssh2's types lack the terminal's name, but ssh2 gives it.
    if ('term' in info && typeof info.term === 'string') variables.TERM = info.term;
    accept?.();
  });
  session.on('window-change', (accept) => accept?.());
  session.on('signal', (accept, reject, info) => {
    const name = SIGNALS.find((each) => each === `SIG${info.name}`);
    if (name === undefined || signal === undefined) {
      reject?.();
      return;
    }
    signal(name);
    accept?.();
  });
  session.on('exec', (accept, _reject, info) => run(accept(), info.command));
  session.on('shell', (accept) => run(accept(), undefined));
  session.on('sftp', (accept) => serveSftp(accept(), settings.directory, settings.logger));
}
