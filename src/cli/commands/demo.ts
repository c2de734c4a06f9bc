import { Command, InvalidArgumentError } from 'commander';
import { createLogger, Output } from '../output/index.js';
import { parseVerbosity } from '../proxy-options/definitions.js';
import { stopOnSignal } from '../stop-signal.js';

const EXAMPLES = `
Examples:
  tunnel-testbed demo
  tunnel-testbed demo --ssh-port 2222 -v 5
  tunnel-testbed demo --json            prints one line with the ssh command, for programs`;
const WARNING = 3;
const MAX_PORT = 65_535;

/** The command that `npm start` runs. It starts everything on this machine and prints a line to log in with. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'start the service, both local proxies and an SSH server; print the ssh command that logs in',
    )
    .option('--port <port>', 'port of the service; 0 picks a free port', parsePort, 0)
    .option('--ssh-port <port>', 'local port for ssh; 0 picks a free port', parsePort, 0)
    .option('-v, --verbose <level>', '0 off to 6 trace', parseVerbosity, WARNING)
    .option('--json', 'print one JSON object per line to stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: { port: number; sshPort: number; verbose: number; json?: boolean }) => {
      using stopping = stopOnSignal();
      const output = new Output(flags.json ?? false, 'live');
      // It is loaded only when needed, because loading the service takes a second.
      const { startDemo } = await import('../start-demo.js');
      await using demo = await startDemo({ ...flags, logger: createLogger(flags.verbose) });
      const { endpoint, directory, sshPort, username, sshCommand } = demo;
      output.tell({ event: 'ready', endpoint, directory, sshPort, username, sshCommand });
      output.say(`The service runs at ${endpoint}. A tunnel with both sides is open, and leads to an SSH server.
Log in through the tunnel from another terminal:

  ${sshCommand}

Ctrl-C stops everything and removes ${directory}.`);
      await stopping.stopped;
    });
}

function parsePort(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
  throw new InvalidArgumentError(`Give 0 to ${MAX_PORT}.`);
}
