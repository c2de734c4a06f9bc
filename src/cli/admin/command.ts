import { Command } from 'commander';
import { Output } from '../output/index.js';
import { AdminClient, type AdminFlags } from './client.js';

export type CommonFlags = AdminFlags & { readonly json?: boolean };

/** A command that talks to a running service: `--admin`, `--admin-token`, `--json`. */
export function adminCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--admin <url>', 'URL of the running service (default: http://127.0.0.1:8443)')
    .option('--admin-token <token>', 'admin token, if the service has one; or TUNNEL_TESTBED_ADMIN_TOKEN')
    .option('--json', 'print one JSON object per line to stdout');
}

/** The client and the output for the flags. `kind` is that of {@link Output}. */
export function open(
  flags: CommonFlags,
  kind: 'result' | 'live' = 'result',
): { readonly client: AdminClient; readonly output: Output } {
  return { client: new AdminClient(flags), output: new Output(flags.json ?? false, kind) };
}
