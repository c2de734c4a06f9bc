import { afterEach, describe, expect, it } from 'vitest';
import { type SourceProxyOptions, startSourceProxy } from '../../src/clients/index.js';
import { type MessageFormat, MessageType } from '../../src/protocol/index.js';
import { application } from './support/applications.js';
import { ScriptedService } from './support/scripted-service.js';
import { within } from './support/within.js';

const stack: AsyncDisposable[] = [];
afterEach(async () => {
  for (const item of stack.splice(0).reverse()) await item[Symbol.asyncDispose]();
});

async function start(options: Partial<SourceProxyOptions> = {}, serviceIds?: readonly string[] | null) {
  const service = await ScriptedService.start(serviceIds);
  stack.push(service);
  const proxy = await within(
    startSourceProxy({ endpoint: service.endpoint, accessToken: 'token', ...options }),
    'the source proxy',
  );
  stack.push(proxy);
  const connection = await service.connection();
  const port = [...proxy.ports.values()][0]!.port;
  return { service, proxy, connection, port };
}

describe('a source proxy', () => {
  for (const format of ['V1', 'V2', 'V3'] as const satisfies MessageFormat[]) {
    it(`carries a ${format} stream in both directions`, async () => {
      const { connection, port } = await start({ format });
      const app = await application(port);
      app.socket.write('hello');
      const begin = await connection.next();
      expect(begin).toMatchObject({
        type: MessageType.STREAM_START,
        serviceId: format === 'V1' ? '' : 'SSH',
        connectionId: format === 'V3' ? 1 : 0,
      });
      const { streamId, serviceId, connectionId } = begin;
      expect(streamId).toBeGreaterThan(0);
      expect(await connection.next()).toMatchObject({
        type: MessageType.DATA,
        streamId,
        serviceId,
        connectionId,
        payload: Buffer.from('hello'),
      });
      connection.send({
        type: MessageType.DATA,
        streamId,
        serviceId,
        connectionId,
        payload: Buffer.from('world'),
      });
      expect((await app.bytes(5)).toString()).toBe('world');
      app.socket.destroy();
      expect(await connection.next()).toMatchObject({
        type: format === 'V3' ? MessageType.CONNECTION_RESET : MessageType.STREAM_RESET,
        streamId,
        serviceId,
        connectionId,
      });
    });
  }
});
