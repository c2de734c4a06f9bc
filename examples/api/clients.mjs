// One connection to a service of a tunnel, as a stream. The source needs no local port.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connectToService, startDestinationProxy } from 'tunnel-testbed/clients';
import { startMockService } from 'tunnel-testbed/mock-service';

const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
await once(echo, 'listening');
const service = await startMockService();
const tokens = service.openTunnel({ services: ['ECHO'] });
const endpoint = `ws://${service.endpoint}`;

const destination = await startDestinationProxy({
  endpoint,
  accessToken: tokens.destinationAccessToken,
  services: { ECHO: echo.address().port },
});
const stream = await connectToService({ endpoint, accessToken: tokens.sourceAccessToken, service: 'ECHO' });
stream.write('hello');
const [answer] = await once(stream, 'data');
console.log(`${answer}`);

stream.end(); // leaves the tunnel
service.closeTunnel(tokens.tunnel.id);
const { kind, message } = await destination.closed;
console.log(`${kind}: ${message}`);
await service.stop();
echo.close();
