import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Command } from 'commander';
import { addLocationOptions, type LocationFlags, locate } from '../environment/location.js';
import { serviceVariables } from '../environment/variables.js';
import { UsageError } from '../errors.js';

const EXAMPLES = `
Examples:
  tunnel-testbed exec -- aws iotsecuretunneling list-tunnels
  tunnel-testbed exec --ready-file ready.json -- ./end-to-end-test.sh

The exit status is that of the command. If a signal ended the command, it is 128 plus the number of the signal.`;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a command in the environment that `env` prints. */
export function execCommand(): Command {
  return addLocationOptions(new Command('exec'))
    .description('run a command with the environment of `env`')
    .argument('<command...>', 'the command and its arguments, after --')
    .addHelpText('after', EXAMPLES)
    .action(async ([program, ...args]: string[], flags: LocationFlags) => {
      const environment = { ...process.env, ...Object.fromEntries(serviceVariables(locate(flags))) };
      process.exitCode = await runProgram(program!, args, environment);
    });
}

function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    const forwards = FORWARDED.map((signal) => {
      const forward = (): void => void child.kill(signal);
      process.on(signal, forward);
      return () => process.off(signal, forward);
    });
    const release = (): void => {
      for (const off of forwards) off();
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      release();
      const why = error.code === 'ENOENT' ? 'there is no such program in PATH' : error.message;
      reject(new UsageError(`'${program}' cannot be run: ${why}`));
    });
    child.once('exit', (status, signal) => {
      release();
      resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]);
    });
  });
}
