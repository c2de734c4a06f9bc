import { Command } from 'commander';
import { ClientError, connectToService } from '../../clients/index.js';
import { joinStandardStreams } from '../connect-streams.js';
import { addConnectionOptions, type ProxyFlags } from '../proxy-options/definitions.js';
import { resolveOptions } from '../proxy-options/resolve.js';
import { stopOnSignal } from '../stop-signal.js';

const EXAMPLES = `
Examples:
  export AWSIOT_TUNNEL_ACCESS_TOKEN=…
  ssh -o ProxyCommand='tunnel-testbed connect SSH -e 127.0.0.1:8443 --ca ca.pem' user@device
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | tunnel-testbed connect HTTP -r us-east-1

There is one connection at a time: a second one replaces the first. To connect again with the same token, give the
same --client-token each time.`;
const WARNING = 3;

/** Joins stdin and stdout to a service of the tunnel. */
export function connectCommand(): Command {
  return addConnectionOptions(new Command('connect'))
    .description('connect stdin and stdout to a service of a tunnel, for ssh -o ProxyCommand')
    .argument('[service]', 'service id; optional if the tunnel has only one service')
    .addHelpText('after', EXAMPLES)
    .action(async (service: string | undefined, flags: ProxyFlags) => {
      using stopping = stopOnSignal();
      // stdout belongs to the connection, and stderr is the terminal of the ssh user. So only warnings are logged.
      const { connection } = resolveOptions({ verbose: WARNING, ...flags, configDir: undefined }, 'source');
      try {
        const stream = await connectToService({
          ...connection,
          signal: stopping.signal,
          ...(service !== undefined && { service }),
        });
        await joinStandardStreams(stream);
      } catch (error) {
        if (error instanceof ClientError && error.code === 'STOPPED') return;
        if (stopping.signal.aborted) return;
        throw error;
      }
    });
}
