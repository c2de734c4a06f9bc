import { Command } from 'commander';
import { startSourceProxy } from '../../clients/index.js';
import { addProxyOptions, type ProxyFlags } from '../proxy-options/definitions.js';
import { resolveOptions } from '../proxy-options/resolve.js';
import { exportDefaultSettings } from '../proxy-options/settings-json.js';
import { runProxy } from '../run-proxy.js';

const EXAMPLES = `
Examples:
  AWSIOT_TUNNEL_ACCESS_TOKEN=… tunnel-testbed source -e 127.0.0.1:8443 --ca ca.pem -s SSH=5555
  AWSIOT_TUNNEL_ACCESS_TOKEN=… tunnel-testbed source -r us-east-1          (AWS; free ports, printed)
  tunnel-testbed source --config source.ini -e ws://127.0.0.1:8443 -s 5555`;

/** Runs a local proxy on the operator's side: it listens, and carries each TCP connection through the tunnel. */
export function sourceCommand(): Command {
  return addProxyOptions(new Command('source'))
    .description('join a tunnel as its source: listen on local ports')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ProxyFlags) => {
      if (flags.exportDefaultSettings !== undefined)
        return exportDefaultSettings(flags.exportDefaultSettings);
      const { connection, services, bindAddress, fine, json } = resolveOptions(flags, 'source');
      await runProxy(json, async (signal, output) => {
        const proxy = await startSourceProxy({
          ...connection,
          signal,
          ...(services !== undefined && { services }),
          ...(bindAddress !== undefined && { bindAddress }),
          ...(fine.maxConnections !== undefined && { maxConnections: fine.maxConnections }),
        });
        for (const [service, { host, port }] of proxy.ports) {
          output.say(`Listening for ${service || 'the only service'} on ${host}:${port}`);
          output.tell({ event: 'listening', service, host, port });
        }
        return proxy;
      });
    });
}
