import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/**
 * Starts as many raw TCP pipes as a tunnel has hops (source proxy, service, destination proxy). Returns the first port.
 */
export async function startPipes(target: number): Promise<number> {
  let port = target;
  for (let hop = 0; hop < 3; hop++) port = await startPipe(port);
  return port;
}

async function startPipe(target: number): Promise<number> {
  const server = createServer({ noDelay: true }, (client) => {
    const onward = connect({ port: target, host: '127.0.0.1', noDelay: true });
    client.pipe(onward).pipe(client);
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
