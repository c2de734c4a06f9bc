import type { Command } from 'commander';
import { adminCommand, type CommonFlags, open } from '../admin/command.js';

interface TunnelView {
  readonly id: string;
  readonly status: string;
  readonly services: readonly string[];
  readonly source: { readonly status: string };
  readonly destination: { readonly status: string };
}

/** Lists the tunnels of a running service. */
export function tunnelsCommand(): Command {
  return adminCommand('tunnels', 'list the tunnels of a running service').action(
    async (flags: CommonFlags) => {
      const { client, output } = open(flags);
      const { tunnels } = await client.ask<{ tunnels: TunnelView[] }>('GET', '/admin/tunnels');
      if (tunnels.length === 0) output.say('no tunnels');
      for (const tunnel of tunnels) {
        output.tell(tunnel);
        const { id, status, services, source, destination } = tunnel;
        const sides = `source ${source.status.toLowerCase()}, destination ${destination.status.toLowerCase()}`;
        if (!output.isJson) output.say(`${id}  ${status}  ${services.join(',') || '-'}  ${sides}`);
      }
    },
  );
}
