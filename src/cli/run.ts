import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { printableLines } from '../protocol/index.js';
import { describeError, EXIT, exitStatusOf, oneLine } from './errors.js';
import { holdsResults, logLines } from './output/index.js';

const TRACE_VERBOSITY = 6;

/** Every command, in the order of the help. Each is in its own file, and only the called command is loaded. */
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
    // Options come after their command, so that `verify --version V3` is an option of verify, not of this program.
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
      // `run` prints errors, in one line and without text that may be a token.
      .configureOutput({ outputError: () => undefined });
  }
  return program;
}

/** Runs the command line. Returns the exit status: 0 done, 1 failed, 2 wrong usage. */
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
    // A command that runs another program sets that program's exit status.
    return Number(process.exitCode ?? EXIT.success);
  } catch (error) {
    return report(error, command);
  }
}

/**
 * If a reader such as `head` closes the pipe, that is no failure. If a result cannot be written, for example to a full
 * disk, it is one.
 */
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
 * Removes tokens in arguments from process listings. libuv writes the title over the whole argument area, so `ps` and
 * /proc/PID/cmdline show only the title. But until this line has run, they show the arguments. So a token is safer in
 * AWSIOT_TUNNEL_ACCESS_TOKEN, which only the same user can read.
 */
function hideArguments(args: readonly string[]): void {
  const command = args[0] !== undefined && /^[a-z]+$/.test(args[0]) ? ` ${args[0]}` : '';
  process.title = `tunnel-testbed${command}`;
}
