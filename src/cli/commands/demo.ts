import { Command, InvalidArgumentError } from 'commander';
import { createLogger, Output } from '../output/index.js';
import { parseVerbosity } from '../proxy-options/definitions.js';
import { stopOnSignal } from '../stop-signal.js';

const EXAMPLES = `
Examples:
  tunnel-testbed demo
  tunnel-testbed demo --ssh-port 2222 -v 5
  tunnel-testbed demo --json            one line with the ssh command, for programs`;
const WARNING = 3;
const MAX_PORT = 65_535;

/** What `npm start` runs: everything on this machine, and one line to log in with. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('service, both local proxies and an SSH server at once; prints the ssh line that logs in')
    .option('--port <port>', 'port of the service; 0 picks a free one', parsePort, 0)
    .option('--ssh-port <port>', 'local port to log in at; 0 picks a free one', parsePort, 0)
    .option('-v, --verbose <level>', '0 off to 6 trace', parseVerbosity, WARNING)
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: { port: number; sshPort: number; verbose: number; json?: boolean }) => {
      using stopping = stopOnSignal();
      const output = new Output(flags.json ?? false, 'live');
      // Loaded when it is needed: the service takes a second to load.
      const { startDemo } = await import('../start-demo.js');
      await using demo = await startDemo({ ...flags, logger: createLogger(flags.verbose) });
      const { endpoint, directory, sshPort, username, sshCommand } = demo;
      output.tell({ event: 'ready', endpoint, directory, sshPort, username, sshCommand });
      output.say(`The service is on ${endpoint}, a tunnel with both its ends is open, and an SSH server is behind it.
Log in through the tunnel from another terminal:

  ${sshCommand}

Ctrl-C stops it all and removes ${directory}.`);
      await stopping.stopped;
    });
}

function parsePort(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
  throw new InvalidArgumentError(`Give 0 to ${MAX_PORT}.`);
}
