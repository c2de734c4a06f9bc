// A tunnel in a test: the service, both ends, and an echo server behind it.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { startDestinationProxy, startSourceProxy } from 'tunnel-testbed/clients';
import { startMockService } from 'tunnel-testbed/mock-service';

const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
await once(echo, 'listening');

const service = await startMockService(); // a free port, loopback only
const { tunnel, sourceAccessToken, destinationAccessToken } = service.openTunnel({ services: ['ECHO'] });
const endpoint = `ws://${service.endpoint}`;
const destination = await startDestinationProxy({
  endpoint,
  accessToken: destinationAccessToken,
  services: `ECHO=${echo.address().port}`,
});
const source = await startSourceProxy({ endpoint, accessToken: sourceAccessToken });

const socket = connect(source.ports.get('ECHO').port, '127.0.0.1');
socket.write('hello');
const [answer] = await once(socket, 'data');
console.log(`${answer}, through ${tunnel.id}`);

// Stop the clients first: a service that stops closes what is still connected.
socket.destroy();
await source.stop();
await destination.stop();
await service.stop();
echo.close();
