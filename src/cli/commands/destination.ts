import { Command } from 'commander';
import { startDestinationProxy } from '../../clients/index.js';
import { UsageError } from '../errors.js';
import { addProxyOptions, type ProxyFlags } from '../proxy-options/definitions.js';
import { resolveOptions } from '../proxy-options/resolve.js';
import { exportDefaultSettings } from '../proxy-options/settings-json.js';
import { runProxy } from '../run-proxy.js';

const EXAMPLES = `
Examples:
  AWSIOT_TUNNEL_ACCESS_TOKEN=… tunnel-testbed destination -e 127.0.0.1:8443 --ca ca.pem -d SSH=22
  AWSIOT_TUNNEL_ACCESS_TOKEN=… tunnel-testbed destination -r us-east-1 -d SSH=22,HTTP=10.0.0.5:80
  tunnel-testbed destination --config device.ini -e ws://127.0.0.1:8443 -d /run/app.sock`;

/** Runs a local proxy on the device's side: it dials local services for the connections that come through the tunnel. */
export function destinationCommand(): Command {
  return addProxyOptions(new Command('destination'))
    .description('join a tunnel as its destination: dial local services')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ProxyFlags) => {
      if (flags.exportDefaultSettings !== undefined)
        return exportDefaultSettings(flags.exportDefaultSettings);
      const { connection, services, bindAddress, fine, json } = resolveOptions(flags, 'destination');
      if (services === undefined) {
        throw new UsageError('--destination-app is required; give the addresses to dial, such as -d SSH=22');
      }
      await runProxy(json, async (signal, output) => {
        const proxy = await startDestinationProxy({
          ...connection,
          signal,
          services,
          ...(fine.dial !== undefined && { dial: fine.dial }),
          ...(bindAddress !== undefined && { defaultHost: bindAddress }),
          ...(fine.maxConnections !== undefined && { maxConnections: fine.maxConnections }),
        });
        const names = [...proxy.services.keys()].map((service) => service || 'the only service');
        output.say(`Serving ${names.join(', ')}`);
        return proxy;
      });
    });
}
