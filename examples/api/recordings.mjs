// A session is recorded and read again. Each entry is printed on one line.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connectToService, startDestinationProxy } from 'tunnel-testbed/clients';
import { startMockService } from 'tunnel-testbed/mock-service';
import { describeEntry, exportPcapng, readCapture } from 'tunnel-testbed/recordings';

const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
await once(echo, 'listening');
const service = await startMockService();
const recording = await service.captures.start(); // into memory
const tokens = service.openTunnel({ services: ['ECHO'] });
const endpoint = `ws://${service.endpoint}`;
const destination = await startDestinationProxy({
  endpoint,
  accessToken: tokens.destinationAccessToken,
  services: { ECHO: echo.address().port },
});
const stream = await connectToService({ endpoint, accessToken: tokens.sourceAccessToken });
stream.write('hello');
await once(stream, 'data');
await recording.stop();

const capture = readCapture(recording.text);
for (const entry of capture.entries) {
  if (entry.kind === 'frame' && entry.message?.type === 'DATA') {
    console.log(describeEntry(entry).replace(/stream \d+/, 'stream N')); // stream ids are random
  }
}
console.log(exportPcapng(capture).subarray(0, 4).toString('hex')); // what pcapng files begin with

stream.destroy();
await destination.stop();
await service.stop();
echo.close();
