import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { connectCommand } from './commands/connect.js';
import { decodeCommand } from './commands/decode.js';
import { demoCommand } from './commands/demo.js';
import { destinationCommand } from './commands/destination.js';
import { serveCommand } from './commands/serve.js';
import { sourceCommand } from './commands/source.js';
import { describeError, EXIT, exitStatusOf, oneLine } from './errors.js';

const TRACE_VERBOSITY = 6;

/** Every command; one file each. */
function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('tunnel-testbed')
    .description('The AWS IoT Secure Tunneling service on your own machine, and clients for it.')
    .version(version, '-V, --version')
    .addCommand(serveCommand())
    .addCommand(sourceCommand())
    .addCommand(destinationCommand())
    .addCommand(connectCommand())
    .addCommand(decodeCommand())
    .addCommand(demoCommand());
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .allowExcessArguments(false)
      .showSuggestionAfterError(false)
      // Errors are printed by `run`, in one line and without what might be a token.
      .configureOutput({ outputError: () => undefined });
  }
  return program;
}

/** Runs the command line and gives the exit status: 0 done, 1 failed, 2 wrong usage. */
export async function run(args: readonly string[]): Promise<number> {
  hideArguments(args);
  // A reader such as `head` that has seen enough is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.success);
    throw error;
  });
  const program = createProgram();
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.usage;
  }
  const command = program.commands.find((each) => each.name() === args[0]);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.success;
  } catch (error) {
    return report(error, command);
  }
}

function report(error: unknown, command: Command | undefined): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.success;
  const name = command === undefined ? 'tunnel-testbed' : `tunnel-testbed ${command.name()}`;
  const status = exitStatusOf(error);
  const hint = status === EXIT.usage ? ` (see '${name} --help')` : '';
  process.stderr.write(`${name}: ${oneLine(describeError(error))}${hint}\n`);
  const { verbose } = command?.opts<{ verbose?: number }>() ?? {};
  if ((verbose ?? 0) >= TRACE_VERBOSITY && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return status;
}

/**
 * Takes tokens given as arguments out of process listings. libuv writes the title over the whole argument area, so
 * `ps` and /proc/PID/cmdline show the title alone. Until this line has run they show the arguments: a token is safer in
 * AWSIOT_TUNNEL_ACCESS_TOKEN, which only the same user can read.
 */
function hideArguments(args: readonly string[]): void {
  const command = args[0] !== undefined && /^[a-z]+$/.test(args[0]) ? ` ${args[0]}` : '';
  process.title = `tunnel-testbed${command}`;
}
