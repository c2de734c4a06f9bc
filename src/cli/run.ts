import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { printableLines } from '../protocol/index.js';
import { describeError, EXIT, exitStatusOf, oneLine } from './errors.js';
import { holdsResults, logLines } from './output/index.js';

const TRACE_VERBOSITY = 6;

/** Every command, in the order of the help; one file each. Only the one that is called is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.js')).serveCommand(),
  source: async () => (await import('./commands/source.js')).sourceCommand(),
  destination: async () => (await import('./commands/destination.js')).destinationCommand(),
  connect: async () => (await import('./commands/connect.js')).connectCommand(),
  agent: async () => (await import('./commands/agent.js')).agentCommand(),
  env: async () => (await import('./commands/env.js')).envCommand(),
  exec: async () => (await import('./commands/exec.js')).execCommand(),
  decode: async () => (await import('./commands/decode.js')).decodeCommand(),
  tunnels: async () => (await import('./commands/tunnels.js')).tunnelsCommand(),
  faults: async () => (await import('./commands/faults.js')).faultsCommand(),
  inject: async () => (await import('./commands/inject.js')).injectCommand(),
  watch: async () => (await import('./commands/watch.js')).watchCommand(),
  export: async () => (await import('./commands/export.js')).exportCommand(),
  replay: async () => (await import('./commands/replay.js')).replayCommand(),
  verify: async () => (await import('./commands/verify.js')).verifyCommand(),
  explain: async () => (await import('./commands/explain.js')).explainCommand(),
  demo: async () => (await import('./commands/demo.js')).demoCommand(),
};

async function createProgram(called: string | undefined): Promise<Command> {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('tunnel-testbed')
    .description('The AWS IoT Secure Tunneling service on your own machine, and clients for it.')
    // Options stand behind the command they are for: `verify --version V3` is not about this package.
    .enablePositionalOptions()
    .version(version, '-V, --version');
  const load =
    called !== undefined && Object.hasOwn(COMMANDS, called) ? [COMMANDS[called]!] : Object.values(COMMANDS);
  for (const command of await Promise.all(load.map((each) => each()))) program.addCommand(command);
  const nested = program.commands.flatMap((command) => command.commands);
  for (const command of [program, ...program.commands, ...nested]) {
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
  process.stdout.on('error', outputFailed);
  const program = await createProgram(args[0]);
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.usage;
  }
  const command = program.commands.find((each) => each.name() === args[0]);
  try {
    await program.parseAsync(args, { from: 'user' });
    // A command that runs another program has that program's exit status.
    return Number(process.exitCode ?? EXIT.success);
  } catch (error) {
    return report(error, command);
  }
}

/** A reader such as `head` that has seen enough is no failure of ours; a full disk under a result is. */
function outputFailed(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.success);
  if (!holdsResults()) return;
  logLines.write(`tunnel-testbed: standard output cannot be written: ${oneLine(error.message)}\n`);
  process.exit(EXIT.failure);
}

function report(error: unknown, command: Command | undefined): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.success;
  const name = command === undefined ? 'tunnel-testbed' : `tunnel-testbed ${command.name()}`;
  const status = exitStatusOf(error);
  const hint = status === EXIT.usage ? ` (see '${name} --help')` : '';
  logLines.write(`${name}: ${oneLine(describeError(error))}${hint}\n`);
  const { verbose } = command?.opts<{ verbose?: number }>() ?? {};
  if ((verbose ?? 0) >= TRACE_VERBOSITY && error instanceof Error)
    logLines.write(`${printableLines(error.stack ?? '')}\n`);
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
