import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Transform } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import { LineDiscipline } from './line-discipline.js';

/** The settings for a command or a shell. */
export interface ProcessSettings {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the client asked for a terminal. Then this process does echo and line editing. */
  readonly terminal: boolean;
}

/** A command or a shell that runs for a session. */
export interface RunningProcess {
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has ended and its pipes are closed. */
  readonly ended: Promise<void>;
}

/** Runs a command in the system's shell, or the shell itself if no command is given, and joins it to the channel. */
export function runProcess(
  channel: ServerChannel,
  command: string | undefined,
  settings: ProcessSettings,
): RunningProcess {
  const child = start(command, settings);
  let alive = true;
  const signal = (name: NodeJS.Signals): void => {
    if (!alive || child.pid === undefined) return;
    try {
      // The signal goes to the whole group, so that a command that the shell started gets it too.
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
    } catch {
      // The process has ended already, but its 'close' event has not come yet.
    }
  };
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      alive = false;
      channel.stderr.write(`cannot start a shell: ${error.message}\n`);
      channel.exit(127);
      channel.end();
      resolve();
    });
    child.once('close', (code, signalName) => {
      alive = false;
      if (signalName === null) channel.exit(code ?? 255);
      else channel.exit(signalName.replace(/^SIG/, ''));
      channel.end();
      resolve();
    });
  });
  child.stdin.on('error', () => channel.resume()); // The process has closed its input, so later bytes are dropped.
  if (settings.terminal) joinTerminal(channel, child, signal);
  else join(channel, child);
  channel.once('close', () => signal('SIGHUP'));
  return { signal, ended };
}

function start(command: string | undefined, settings: ProcessSettings): ChildProcessWithoutNullStreams {
  // The command gets its own process group, so that ^C reaches it and not this process.
  const options = {
    cwd: settings.directory,
    env: settings.environment,
    detached: process.platform !== 'win32',
  };
  if (command !== undefined) return spawn(command, { ...options, shell: true });
  if (process.platform === 'win32') return spawn(process.env.ComSpec ?? 'cmd.exe', options);
  // `+m`: no job control, because that needs a real terminal. Without a terminal, the shell reads commands and shows no
  // prompt.
  return spawn('/bin/sh', settings.terminal ? ['-i', '+m'] : [], options);
}

function join(channel: ServerChannel, child: ChildProcessWithoutNullStreams): void {
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
}

function joinTerminal(
  channel: ServerChannel,
  child: ChildProcessWithoutNullStreams,
  signal: (name: NodeJS.Signals) => void,
): void {
  const discipline = new LineDiscipline({
    deliver(bytes) {
      if (child.stdin.write(bytes)) return;
      channel.pause();
      child.stdin.once('drain', () => channel.resume());
    },
    show: (bytes) => channel.write(Buffer.from(bytes, 'latin1')),
    signal,
    end: () => child.stdin.end(),
  });
  channel.on('data', (bytes: Buffer) => discipline.type(bytes));
  channel.on('end', () => child.stdin.end());
  // A terminal has one screen, so both outputs go there.
  for (const output of [child.stdout, child.stderr]) {
    output.pipe(carriageReturns()).pipe(channel, { end: false });
  }
}

/** LF becomes CR LF, as a terminal's output processing does (ONLCR). */
function carriageReturns(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, Buffer.from(chunk.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'));
    },
  });
}
