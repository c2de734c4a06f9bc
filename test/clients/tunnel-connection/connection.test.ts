import { describe, expect, it } from 'vitest';
import { type Logger, startDestinationProxy, startSourceProxy } from '../../../src/clients/index.js';
import { MessageType } from '../../../src/protocol/index.js';
import { within } from '../../support/within.js';
import { application, unusedPort } from '../support/applications.js';
import { ManualClock } from '../support/manual-clock.js';
import { type Answer, StandInService } from '../support/stand-in-service.js';
import { kept, source, TOKEN } from '../support/started.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function scripted(...answers: Answer[]): Promise<StandInService> {
  const service = kept(await StandInService.start());
  service.answers.push(...answers);
  return service;
}

describe('the handshake', () => {
  it('asks for the tunnel as the guides say (H1 to H7)', async () => {
    const { service } = await source({ format: 'V2' });
    const { url, headers, rawHeaders } = service.handshakes[0]!;
    expect(url).toBe('/tunnel?local-proxy-mode=source');
    expect(headers['access-token']).toBe(TOKEN);
    expect(headers['client-token']).toMatch(UUID);
    expect(headers['sec-websocket-protocol']).toBe('aws.iot.securetunneling-2.0');
    expect(headers['sec-websocket-extensions']).toBeUndefined();
    expect(rawHeaders.join('').length).toBeLessThan(1000);
  });

  it('sends no client token where told so, and the one that is given', async () => {
    const none = await source({ clientToken: false });
    expect(none.service.handshakes[0]!.headers['client-token']).toBeUndefined();
    const clientToken = 'a'.repeat(32);
    const given = await source({ clientToken });
    expect(given.service.handshakes[0]!.headers['client-token']).toBe(clientToken);
  });

  it('is not tried again after a 4xx, and says why (H11)', async () => {
    const service = await scripted({ status: 403, body: 'Invalid access-token\nsecond line' });
    const starting = startSourceProxy({ endpoint: service.endpoint, accessToken: TOKEN });
    await expect(within(starting, 'the refusal')).rejects.toMatchObject({
      code: 'HANDSHAKE_REJECTED',
      status: 403,
      message: expect.stringMatching(
        /^endpoint ws:\/\/127.0.0.1:\d+ refused .* 403: Invalid access-token second/,
      ),
    });
    expect(service.handshakes.length).toBe(1);
  });

  it('is not followed elsewhere by a redirect', async () => {
    const service = await scripted({ status: 302, headers: { location: 'ws://127.0.0.1:1/' } });
    const starting = startSourceProxy({ endpoint: service.endpoint, accessToken: TOKEN });
    await expect(within(starting, 'the refusal')).rejects.toMatchObject({ code: 'HANDSHAKE_REJECTED' });
  });

  it('is tried again after a 5xx, with exponential backoff, jitter and the same client token (H11, H9)', async () => {
    const clock = new ManualClock();
    const failures = 7;
    const service = await scripted(...Array.from({ length: failures }, () => ({ status: 500 + failures })));
    const starting = startSourceProxy({
      endpoint: service.endpoint,
      accessToken: TOKEN,
      clock,
      handshakeTimeoutMs: 1_000_000,
      pingIntervalMs: 0,
    });
    for (let failure = 0; failure < failures; failure++) {
      const ceiling = Math.min(30_000, 1000 * 2 ** failure);
      await within(service.handshake(failure), `try ${failure}`);
      clock.advance(await clock.timer(ceiling / 2, ceiling));
    }
    kept(await within(starting, 'the start'));
    const tokens = new Set(service.handshakes.map(({ headers }) => headers['client-token']));
    expect(tokens.size).toBe(1);
  });

  it('stops when the tries are used up', async () => {
    const service = await scripted({ status: 503 }, { status: 503 }, { status: 503 });
    const starting = startSourceProxy({
      endpoint: service.endpoint,
      accessToken: TOKEN,
      backoff: { initialDelayMs: 1, maxTries: 2 },
    });
    await expect(within(starting, 'the end')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(service.handshakes.length).toBe(2);
  });

  it('fails at once where nobody listens at the start, and retries where told so', async () => {
    const endpoint = `ws://127.0.0.1:${await unusedPort()}`;
    await expect(startSourceProxy({ endpoint, accessToken: TOKEN })).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringContaining(endpoint),
    });
    const stop = new AbortController();
    const clock = new ManualClock();
    const options = { endpoint, accessToken: TOKEN, clock, retryFirstConnection: true, signal: stop.signal };
    const starting = startSourceProxy(options);
    await clock.timer(500, 1000);
    stop.abort();
    await expect(within(starting, 'the stop')).rejects.toMatchObject({ code: 'STOPPED' });
  });

  for (const answered of ['', 'aws.iot.securetunneling-2.0']) {
    it(`ends where the answer is the subprotocol '${answered}', which was not offered (H6)`, async () => {
      const service = await scripted();
      service.subprotocol = answered;
      const starting = startSourceProxy({ endpoint: service.endpoint, accessToken: TOKEN });
      await expect(within(starting, 'the refusal')).rejects.toMatchObject({
        code: 'HANDSHAKE_INVALID',
        message: expect.stringContaining('aws.iot.securetunneling-3.0'),
      });
      expect(service.handshakes.length).toBe(1);
    });
  }

  it('ends where a web server answers', async () => {
    const service = await scripted({ status: 200, body: 'a web page' });
    const starting = startSourceProxy({ endpoint: service.endpoint, accessToken: TOKEN });
    await expect(within(starting, 'the refusal')).rejects.toMatchObject({ code: 'HANDSHAKE_REJECTED' });
  });

  it('does not wait for ever for an answer', async () => {
    const clock = new ManualClock();
    const service = kept(await StandInService.start());
    const starting = startSourceProxy({
      endpoint: service.endpoint.replace('ws:', 'wss:'),
      accessToken: TOKEN,
      clock,
    });
    clock.advance(await clock.timer(30_000, 30_000));
    await expect(within(starting, 'the refusal')).rejects.toMatchObject({
      message: expect.stringMatching(/within 30000 ms|cannot be/),
    });
  });
});

describe('a connection that ends', () => {
  for (const [code, reason, kind] of [
    [1000, 'Tunnel is closed', 'tunnel-closed'],
    [1000, '', 'tunnel-closed'],
    [1008, 'Connection is replaced by another connection', 'replaced'],
  ] as const) {
    it(`with ${code} '${reason}' is not made anew (S16, H12)`, async () => {
      const { service, proxy, connection } = await source();
      connection.webSocket.close(code, reason);
      expect(await within(proxy.closed, 'the end')).toMatchObject({ kind });
      expect(service.handshakes.length).toBe(1);
    });
  }

  for (const code of [1001, 1005, 1006, 1008, 1011, 1012, 4000]) {
    it(`with ${code} is made anew (S13)`, async () => {
      const { service, connection } = await source();
      if (code === 1006) connection.socket.destroy();
      else if (code === 1005) connection.webSocket.close();
      else connection.webSocket.close(code, 'some reason');
      await service.connection(1);
      expect(service.handshakes[1]!.headers['client-token']).toBe(
        service.handshakes[0]!.headers['client-token'],
      );
    });
  }

  it('and is then refused with 4xx stops the client, which says so (H11)', async () => {
    const { service, proxy, connection } = await source();
    service.answers.push({ status: 403, body: 'Invalid access-token' });
    connection.webSocket.close(1008, 'Access token was rotated');
    expect(await within(proxy.closed, 'the end')).toMatchObject({ kind: 'rejected', status: 403 });
  });

  it('because the tunnel was closed meanwhile is a success (S16)', async () => {
    const { service, proxy, connection } = await source();
    service.answers.push({ status: 400, headers: { 'x-status-reason': 'Tunnel is closed' } });
    connection.socket.destroy();
    expect(await within(proxy.closed, 'the end')).toMatchObject({ kind: 'tunnel-closed' });
  });

  it('closes local connections, sends nothing stale, and starts new streams (S13)', async () => {
    const { service, connection, port } = await source();
    const app = await application(port);
    const { streamId } = await connection.next();
    connection.socket.destroy();
    await within(app.ended, 'the end of the application');
    const again = await service.connection(1);
    app.socket.end('too late');
    const fresh = await application(port);
    fresh.socket.write('x');
    const begin = await again.next();
    expect(begin.type).toBe(MessageType.STREAM_START);
    expect(begin.streamId).not.toBe(streamId);
    expect((await again.data(1)).toString()).toBe('x');
  });

  it('by the policy of the service again and again is made anew ever more slowly', async () => {
    const clock = new ManualClock();
    const { service } = await source({ clock, pingIntervalMs: 0, backoff: { initialDelayMs: 1000 } });
    for (const [index, ceiling] of [1000, 2000, 4000].entries()) {
      (await service.connection(index)).webSocket.close(1008, 'M3');
      clock.advance(await clock.timer(ceiling / 2, ceiling));
    }
  });
});

describe('stopping', () => {
  it('ends streams, closes normally and releases ports and sockets', async () => {
    const { proxy, connection, port } = await source();
    const app = await application(port);
    const { streamId } = await connection.next();
    await within(proxy.stop(), 'the stop');
    expect(await connection.next()).toMatchObject({ type: MessageType.STREAM_RESET, streamId });
    expect(await within(connection.closed, 'the close')).toMatchObject({ code: 1000 });
    expect(await proxy.closed).toMatchObject({ kind: 'stopped' });
    await within(app.ended, 'the end of the application');
    await expect(application(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('by a signal is the same', async () => {
    const stop = new AbortController();
    const { proxy, connection, port } = await source({ signal: stop.signal });
    await application(port);
    const { streamId } = await connection.next();
    stop.abort();
    expect(await connection.next()).toMatchObject({ type: MessageType.STREAM_RESET, streamId });
    expect(await within(proxy.closed, 'the end')).toMatchObject({ kind: 'stopped' });
  });

  it('in the middle of a wait ends the wait', async () => {
    const clock = new ManualClock();
    const { service, proxy, connection } = await source({ clock, pingIntervalMs: 0, backoff: {} });
    connection.socket.destroy();
    await clock.timer(500, 1000);
    await within(proxy.stop(), 'the stop');
    expect(clock.delays).toEqual([]);
    expect(service.handshakes.length).toBe(1);
  });

  it('before SERVICE_IDS refuses the start', async () => {
    const service = kept(await StandInService.start(null));
    const stop = new AbortController();
    const starting = startDestinationProxy({
      endpoint: service.endpoint,
      accessToken: TOKEN,
      services: 22,
      signal: stop.signal,
    });
    await service.connection();
    stop.abort();
    await expect(within(starting, 'the stop')).rejects.toMatchObject({ code: 'STOPPED' });
  });
});

describe('tokens', () => {
  it('appear in no log, event or error', async () => {
    const lines: string[] = [];
    const log = (fields: object, text: string): void => {
      lines.push(JSON.stringify(fields), text);
    };
    const logger: Logger = { trace: log, debug: log, info: log, warn: log, error: log };
    const clientToken = 'c'.repeat(40);
    const { service, proxy, connection, port } = await source({ logger, clientToken });
    const app = await application(port);
    await connection.next();
    app.socket.destroy();
    service.answers.push({ status: 500 }, { status: 400, body: 'no' });
    connection.socket.destroy();
    lines.push(JSON.stringify(await within(proxy.closed, 'the end')));
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => line.includes(TOKEN) || line.includes(clientToken))).toEqual([]);
  });
});
