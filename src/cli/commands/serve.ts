import { Command } from 'commander';
import pino from 'pino';
import { startMockService } from '../../mock-service/index.js';
import { Output } from '../output.js';
import { loadConfig } from '../serve/config.js';
import { nextCommands } from '../serve/next-commands.js';
import { SERVE_OPTIONS } from '../serve/option-table.js';
import { readyInfo, writeReadyFile } from '../serve/ready-file.js';
import { stopOnSignal } from '../stop-signal.js';

const EXAMPLES = `
Examples:
  tunnel-testbed serve --open SSH                  prints the commands that join the tunnel
  tunnel-testbed serve --port 0 --open SSH,HTTP --ready-file ready.json
  tunnel-testbed serve --config service.yaml --strict
  tunnel-testbed serve --open SSH --seed 7 --json   the same ids and tokens each time; events as JSON lines`;
const STDERR = 2;

/** The service, until a signal stops it. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('run the tunneling service')
    .option('--config <file>', 'options in YAML or JSON; flags win over it');
  for (const { flags, description, parse } of SERVE_OPTIONS) {
    if (parse === undefined) command.option(flags, description);
    else command.option(flags, description, parse);
  }
  return command
    .option('--json', 'on stdout one JSON object a line: the ready file, then events')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: { config?: string; json?: boolean }) => {
      const { open, tunnels, readyFile, logLevel, ...options } = loadConfig(flags.config, { ...flags });
      const output = new Output(flags.json ?? false);
      using stopping = stopOnSignal();
      await using service = await startMockService({
        ...options,
        logger: pino({ level: logLevel }, pino.destination({ dest: STDERR, sync: true })),
      });
      if (output.isJson) service.on('*', (event) => output.tell(event));
      const inputs = [...(open === undefined ? [] : [{ services: open }]), ...tunnels];
      const info = readyInfo(
        service,
        inputs.map((input) => service.openTunnel(input)),
      );
      const remove = readyFile === undefined ? undefined : await writeReadyFile(readyFile, info);
      try {
        output.tell({ event: 'ready', ...info });
        output.say(nextCommands(info));
        await stopping.stopped;
      } finally {
        await remove?.();
      }
    });
}
