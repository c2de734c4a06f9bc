// A client under test, here a bare WebSocket, breaks a rule. The test listens to the service's events.

import { startMockService } from 'tunnel-testbed/mock-service';
import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import WebSocket from 'ws';

const service = await startMockService({ seed: 7 }); // the same ids and tokens each time
service.on('rule-broken', ({ rule, what, action }) => console.log(`${rule} ${action}: ${what}`));

const { tunnel, sourceAccessToken } = service.openTunnel({ services: ['SSH'] });
const client = new WebSocket(service.url('source'), 'aws.iot.securetunneling-2.0', {
  headers: { 'access-token': sourceAccessToken },
});
const closed = new Promise((resolve) => client.once('close', (code) => resolve(code)));

const session = await service.connected(tunnel.id, 'source');
session.ping(Buffer.from('are you there')); // the service pings the client
await new Promise((resolve) => client.once('ping', resolve));

client.send(encodeFrame(message({ type: MessageType.STREAM_START, streamId: 1, serviceId: 'HTTP' })));
console.log(`closed with ${await closed}`);
await service.stop();
