import { isIPv6 } from 'node:net';
import { ownName, quote } from '../own-name.js';
import type { ReadyInfo } from './ready-file.js';

/** Ports for the shown commands: the destination dials the usual port of a service with this name. */
const USUAL_PORTS: Readonly<Record<string, number>> = { SSH: 22, HTTP: 80, HTTPS: 443, VNC: 5900, RDP: 3389 };
const FIRST_LOCAL_PORT = 5555;

/**
 * Makes the text that says where the service listens, with the commands that join the open tunnels. Tokens are in
 * variables, because arguments are visible in process listings.
 * @param endpoint the endpoint for the machines on which the commands will run.
 */
export function nextCommands(info: ReadyInfo, endpoint: string): string {
  const own = info.addresses[0]?.port;
  // `localhost` means two addresses with the same port.
  const also = info.addresses.filter(({ port }) => port !== own).map(({ host, port }) => at(host, port));
  const lines = [
    `Service on ${endpoint} (TLS and plain)${also.length > 0 ? `, also on ${also.join(', ')}` : ''}; its CA is ${info.caPath}`,
  ];
  if (info.mqtt !== undefined)
    lines.push(`MQTT broker on ${at(info.mqtt.host, info.mqtt.port)} (TLS and plain)`);
  for (const tunnel of info.tunnels) {
    const services = tunnel.services.length > 0 ? tunnel.services : [''];
    const map = (port: (service: string, i: number) => number): string =>
      services.map((service, i) => `${service && `${service}=`}${port(service, i)}`).join(',');
    const to = `-e ${endpoint} --ca ${quote(info.caPath)}`;
    const command = (name: string, token: string, rest: string): string =>
      `  AWSIOT_TUNNEL_ACCESS_TOKEN=${token} ${ownName()} ${name} ${to}${rest}`;
    lines.push(
      '',
      `Tunnel ${tunnel.tunnelId} (${tunnel.services.join(', ') || 'no services'}). Run this on the device, with the ports of its services:`,
      command(
        'destination',
        tunnel.destinationAccessToken,
        ` -d ${map((name) => USUAL_PORTS[name] ?? 8080)}`,
      ),
      'Run one of these on your side:',
      command('source', tunnel.sourceAccessToken, ` -s ${map((_, i) => FIRST_LOCAL_PORT + i)}`),
      command('connect', tunnel.sourceAccessToken, services[0] ? ` ${services[0]}` : ''),
    );
  }
  return `${lines.join('\n')}\n`;
}

const at = (host: string, port: number): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;
