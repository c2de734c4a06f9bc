import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type ConnectToServiceOptions, connectToService } from '../../src/clients/index.js';
import { MessageType } from '../../src/protocol/index.js';
import { within } from '../support/within.js';
import { StandInService } from './support/stand-in-service.js';
import { kept, TOKEN } from './support/started.js';

const { DATA, STREAM_START, CONNECTION_RESET } = MessageType;

async function connected(options: Partial<ConnectToServiceOptions> = {}) {
  const service = kept(await StandInService.start());
  const stream = await within(
    connectToService({ endpoint: service.endpoint, accessToken: TOKEN, ...options }),
    'the stream',
  );
  stream.on('error', () => undefined);
  kept({ [Symbol.asyncDispose]: async () => void stream.destroy() });
  const connection = await service.connection();
  return { service, stream, connection };
}

describe('a connection to one service, as a stream', () => {
  it('carries bytes both ways and leaves the tunnel when it is destroyed', async () => {
    const { stream, connection } = await connected();
    const { type, streamId } = await connection.next();
    expect(type).toBe(STREAM_START);
    stream.write('ping');
    expect((await connection.data(4)).toString()).toBe('ping');
    const payload = Buffer.from('pong');
    connection.send({ type: DATA, streamId, serviceId: 'SSH', connectionId: 1, payload });
    const [chunk] = await within(once(stream, 'data'), 'the answer');
    expect(String(chunk)).toBe('pong');
    stream.destroy();
    expect((await connection.next()).type).toBe(CONNECTION_RESET);
    expect(await within(connection.closed, 'the close')).toMatchObject({ code: 1000 });
  });

  it('ends, with all that was sent, when the peer resets it', async () => {
    const { stream, connection } = await connected();
    const { streamId } = await connection.next();
    const address = { streamId, serviceId: 'SSH', connectionId: 1 };
    connection.send({ type: DATA, ...address, payload: Buffer.from('last words') });
    connection.send({ type: CONNECTION_RESET, ...address });
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(text).toBe('last words');
    expect(await within(connection.closed, 'the close')).toMatchObject({ code: 1000 });
  });

  it('sends its bytes before its end', async () => {
    const { stream, connection } = await connected();
    await connection.next();
    const sent = Buffer.alloc(2_000_000, 'bytes');
    stream.end(sent);
    expect((await connection.data(sent.length)).equals(sent)).toBe(true);
    expect((await connection.next()).type).toBe(CONNECTION_RESET);
  });

  it('is destroyed with an error when the WebSocket is lost (S13)', async () => {
    const { service, stream, connection } = await connected();
    await connection.next();
    const failed = new Promise((resolve) => stream.once('close', () => resolve(stream.errored)));
    connection.socket.destroy();
    expect(await within(failed, 'the error')).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(service.handshakes.length).toBe(1);
  });

  it('refuses a service that the tunnel does not have, and names those it has', async () => {
    await expect(connected({ service: 'VNC' })).rejects.toMatchObject({
      code: 'SERVICE_MISMATCH',
      message: expect.stringContaining('SSH'),
    });
  });
});
