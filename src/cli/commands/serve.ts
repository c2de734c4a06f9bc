import { Command } from 'commander';
import { SERVE_OPTIONS } from '../serve/option-table.js';
import type { ServeFlags } from '../serve/serve.js';

const EXAMPLES = `
Examples:
  tunnel-testbed serve --open SSH                  prints the commands that join the tunnel
  tunnel-testbed serve --port 0 --open SSH,HTTP --ready-file ready.json
  tunnel-testbed serve --config service.yaml --strict
  tunnel-testbed serve --open SSH --seed 7 --json   the same ids and tokens each time; events as JSON lines`;

/** Runs the service until a signal stops it. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('run the tunneling service')
    .option('--config <file>', 'file with options in YAML or JSON; flags override it');
  for (const { flags, description, parse } of SERVE_OPTIONS) {
    if (parse === undefined) command.option(flags, description);
    else command.option(flags, description, parse);
  }
  return command
    .option(
      '--json',
      'print one JSON object per line to stdout: first the content of the ready file, then events',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ServeFlags) => {
      // It is loaded only when needed: loading takes a second, and most other commands do not need the service.
      const { serve } = await import('../serve/serve.js');
      await serve(flags);
    });
}
