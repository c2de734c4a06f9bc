// A command on a device, by SSH through a tunnel. No SSH program has to be installed, and the source opens no port.
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { connectToService, startDestinationProxy } from 'tunnel-testbed/clients';
import { generateSshKey, sshOverTunnel, startSshServer } from 'tunnel-testbed/clients/ssh';
import { startMockService } from 'tunnel-testbed/mock-service';

const key = generateSshKey('example');
const sshd = await startSshServer({
  directory: tmpdir(),
  username: 'device',
  authorizedKeys: [key.publicKey],
});
const service = await startMockService();
const tokens = service.openTunnel({ services: ['SSH'] });
const endpoint = `ws://${service.endpoint}`;
const destination = await startDestinationProxy({
  endpoint,
  accessToken: tokens.destinationAccessToken,
  services: { SSH: sshd.port },
});

const stream = await connectToService({ endpoint, accessToken: tokens.sourceAccessToken });
const ssh = await sshOverTunnel(stream, {
  username: 'device',
  privateKey: key.privateKey,
  hostPublicKey: sshd.hostPublicKey,
});
const command = await new Promise((resolve, reject) => {
  ssh.exec('echo from the device', (error, channel) => (error ? reject(error) : resolve(channel)));
});
const [output] = await once(command, 'data');
process.stdout.write(output);

ssh.end();
await destination.stop();
await service.stop();
await sshd.stop();
