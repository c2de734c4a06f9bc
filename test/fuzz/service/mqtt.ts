import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { within } from '../../support/within.js';
import { runCases } from '../cases.js';
import { Finding } from '../finding.js';
import type { Part } from '../part.js';
import { HostileSocket } from '../subject/hostile-socket.js';
import type { FuzzedService } from '../subject/service.js';
import { PATIENCE_MS } from '../subject/watched-process.js';
import { ofHex } from './inputs.js';
import { anyPackets } from './mqtt-packets.js';

const THING = 'neighbour';

const input = fc.record({
  tls: fc.boolean(),
  connections: fc.array(anyPackets, { minLength: 1, maxLength: 4 }),
  reads: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

/** MQTT packets to the embedded broker, while an honest device has to hear of each of its tunnels. */
export const mqttPart: Part = {
  name: 'mqtt',
  async run(options) {
    const devices = new Map<FuzzedService, Device>();
    try {
      return await runCases(
        {
          name: 'mqtt',
          unit: 'connections',
          input,
          async run({ tls, connections, reads }, subjects) {
            const service = await subjects.service();
            const device = devices.get(service) ?? (await Device.start(service));
            devices.set(service, device);
            for (const packets of connections) {
              const socket = HostileSocket.open(service.mqttPort, tls ? service.ca : undefined);
              if (!reads) socket.stopReading();
              socket.write(ofHex(packets));
              await device.isTold();
              service.finish(socket);
            }
            await service.check();
            return connections.length;
          },
        },
        options,
      );
    } finally {
      for (const device of devices.values()) await device.stop();
    }
  },
};

/** A device that waits for its tunnels. */
class Device {
  #told: (() => void) | undefined;

  private constructor(
    readonly service: FuzzedService,
    readonly client: MqttClient,
  ) {
    client.on('message', () => this.#told?.());
    client.on('error', () => undefined);
  }

  static async start(service: FuzzedService): Promise<Device> {
    const client = await connectAsync(`mqtt://127.0.0.1:${service.mqttPort}`, { clientId: THING });
    const device = new Device(service, client);
    await client.subscribeAsync(`$aws/things/${THING}/tunnels/notify`, { qos: 1 });
    return device;
  }

  /** Opens a tunnel for it. @throws {Finding} if it does not hear of that. */
  async isTold(): Promise<void> {
    const told = new Promise<void>((resolve) => {
      this.#told = resolve;
    });
    const { body } = await this.service.api.call('POST', '/admin/tunnels', {
      services: ['SSH'],
      thingName: THING,
    });
    try {
      await within(told, 'a notification', PATIENCE_MS);
    } catch {
      throw new Finding('An honest device is not told of its tunnel');
    }
    await this.service.api.forgetTunnel((JSON.parse(body) as { tunnel: { id: string } }).tunnel.id);
  }

  async stop(): Promise<void> {
    await this.client.endAsync(true);
  }
}
