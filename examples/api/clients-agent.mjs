// A device is notified of a tunnel by MQTT and serves it, as in production.
import { EventEmitter, once } from 'node:events';
import { startAgent } from 'tunnel-testbed/clients/agent';
import { startMockService } from 'tunnel-testbed/mock-service';

const service = await startMockService({ mqttPort: 0 }); // an embedded broker on a free port
const told = new EventEmitter();
const device = await startAgent({
  thingName: 'lamp',
  mqttUrl: `mqtt://${service.mqtt.host}:${service.mqtt.port}`,
  endpoint: `ws://${service.endpoint}`,
  services: { SSH: 22 },
  on: { serving: (services, region) => told.emit('serving', services, region) },
});

const serving = once(told, 'serving');
service.openTunnel({ services: ['SSH'], thingName: 'lamp' });
const [services, region] = await serving;
console.log(`serves ${services.join(', ')} of a tunnel in ${region}`);

await device.stop();
await service.stop();
