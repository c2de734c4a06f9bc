import { Command, InvalidArgumentError } from 'commander';
import { startAgent } from '../../clients/agent/index.js';
import { parseServiceMapping } from '../../clients/index.js';
import { createLogger, Output } from '../output/index.js';
import { parseVerbosity } from '../proxy-options/definitions.js';
import { stopOnSignal } from '../stop-signal.js';

const EXAMPLES = `
Examples:
  tunnel-testbed agent --thing lamp -d SSH=22 --mqtt-url mqtt://localhost:1883 -e localhost:8443 --ca ca.pem
  tunnel-testbed agent --thing lamp -d SSH=22,HTTP=80 --mqtt-url mqtts://broker:8883 --mqtt-ca broker.pem
  tunnel-testbed agent --thing lamp -d SSH=22 --mqtt-url mqtts://ID-ats.iot.eu-west-1.amazonaws.com:443 \\
    --mqtt-cert lamp.pem --mqtt-key lamp-key.pem

Without --proxy-endpoint, each tunnel is joined at AWS, in the region of its notification.`;

const QUIET = 3;

interface AgentFlags {
  readonly thing: string;
  readonly destinationApp: string;
  readonly mqttUrl: string;
  readonly mqttCa?: string;
  readonly mqttCert?: string;
  readonly mqttKey?: string;
  readonly mqttClientId?: string;
  readonly mqttAlpn?: string;
  readonly maxTunnels?: number;
  readonly proxyEndpoint?: string;
  readonly ca?: string;
  readonly sslHostVerify: boolean;
  readonly verbose?: number;
  readonly json?: boolean;
}

/** Runs a device agent: it gets notifications of tunnels by MQTT and starts a destination proxy for each. */
export function agentCommand(): Command {
  return new Command('agent')
    .description('run as a device: serve each tunnel that an MQTT notification names')
    .requiredOption('--thing <name>', 'name of this device (its thing)')
    .requiredOption('-d, --destination-app <mapping>', 'addresses to dial: SSH=22,WEB=10.0.0.1:80')
    .option('--mqtt-url <url>', "URL of the device's MQTT broker", 'mqtt://localhost:1883')
    .option('--mqtt-ca <file>', 'CA certificates to trust for mqtts (default: those of --ca)')
    .option('--mqtt-cert <file>', "the device's certificate, for mqtts and wss")
    .option('--mqtt-key <file>', "the certificate's private key")
    .option('--mqtt-client-id <id>', "MQTT client id (default: the thing's name)")
    .option('--mqtt-alpn <name>', 'name to offer by ALPN (default: x-amzn-mqtt-ca for mqtts on port 443)')
    .option('--max-tunnels <number>', 'tunnels to serve at once (default: 16)', count)
    .option('-e, --proxy-endpoint <host[:port]>', 'address of the service; it may begin with wss:// or ws://')
    .option('--ca <file>', 'file of further CA certificates to trust')
    .option('-k, --no-ssl-host-verify', 'do not verify certificates; for tests only')
    .option(
      '-v, --verbose <level>',
      '0 off, 1 fatal, 2 error, 3 warning, 4 info, 5 debug, 6 trace',
      parseVerbosity,
    )
    .option('--json', 'print one JSON object per line to stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: AgentFlags) => {
      const output = new Output(flags.json ?? false, 'live');
      parseServiceMapping(flags.destinationApp, 'destination', '--destination-app');
      using stopping = stopOnSignal();
      await using agent = await startAgent({
        thingName: flags.thing,
        mqttUrl: flags.mqttUrl,
        services: flags.destinationApp,
        insecure: !flags.sslHostVerify,
        logger: createLogger(flags.verbose ?? QUIET),
        ...(flags.mqttCa !== undefined && { mqttCa: flags.mqttCa }),
        ...(flags.mqttCert !== undefined && { mqttCert: flags.mqttCert }),
        ...(flags.mqttKey !== undefined && { mqttKey: flags.mqttKey }),
        ...(flags.mqttClientId !== undefined && { mqttClientId: flags.mqttClientId }),
        ...(flags.mqttAlpn !== undefined && { mqttAlpn: flags.mqttAlpn }),
        ...(flags.maxTunnels !== undefined && { maxTunnels: flags.maxTunnels }),
        ...(flags.proxyEndpoint !== undefined && { endpoint: flags.proxyEndpoint }),
        ...(flags.ca !== undefined && { ca: flags.ca }),
        on: {
          serving: (services, region) => {
            output.tell({ event: 'serving', services, region });
            output.say(`Serving ${services.join(', ')} (${region})`);
          },
          ended: ({ kind, message }) => {
            output.tell({ event: 'ended', kind, message });
            output.say(message);
          },
          failed: (reason) => output.tell({ event: 'failed', reason }),
        },
      });
      output.tell({ event: 'ready', thing: flags.thing });
      output.say(`Thing ${flags.thing} waits for tunnels`);
      await stopping.stopped;
      output.tell({ event: 'stopped', tunnels: agent.tunnels });
    });
}

function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1.');
}
