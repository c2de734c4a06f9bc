import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/recordings/index.js';
import { within } from '../../support/within.js';
import { data, frame, framesOf, START, send } from '../faults/harness.js';
import { startAdmin } from './harness.js';

describe('the admin API', () => {
  let admin: Awaited<ReturnType<typeof startAdmin>>;
  beforeEach(async () => {
    admin = await startAdmin();
  });
  afterEach(() => admin.stop());

  async function opened() {
    const { json } = await admin.post('/admin/tunnels', { services: ['SSH'], description: 'a test' });
    return json as { tunnel: { id: string }; sourceAccessToken: string; destinationAccessToken: string };
  }

  it('opens, shows, rotates and closes tunnels', async () => {
    const { tunnel, sourceAccessToken } = await opened();
    const source = await admin.open({ side: 'source', token: sourceAccessToken });
    const shown = (await admin.get(`/admin/tunnels/${tunnel.id}`)).json;
    expect(shown).toMatchObject({ status: 'OPEN', services: ['SSH'], description: 'a test' });
    expect(shown.source.status).toBe('CONNECTED');
    expect((await admin.get('/admin/tunnels')).json.tunnels).toEqual([shown]);
    const rotated = await admin.post(`/admin/tunnels/${tunnel.id}/rotate`, { sides: ['source'] });
    expect(Object.keys(rotated.json)).toEqual(['sourceAccessToken']);
    expect((await source.closeFrame()).reason).toBe('Access token was rotated');
    expect((await admin.ask('DELETE', `/admin/tunnels/${tunnel.id}?delete=true`)).status).toBe(204);
    expect((await admin.get('/admin/tunnels')).json.tunnels).toEqual([]);
  });

  it('shows sessions, streams and what a client sent', async () => {
    const { source, destination, tunnel } = await admin.pair();
    send(source, frame(START));
    await destination.frame();
    expect((await admin.get('/admin/sessions')).json.sessions).toHaveLength(2);
    expect((await admin.get(`/admin/streams?tunnelId=${tunnel.id}`)).json.streams).toEqual([
      {
        tunnelId: tunnel.id,
        serviceId: 'SSH',
        streamId: 7,
        format: 'V3',
        connectionIds: [1],
        startedAt: 1_700_000_000_000,
      },
    ]);
    const { frames } = (await admin.get(`/admin/tunnels/${tunnel.id}/source/received`)).json;
    expect(frames).toEqual([
      {
        index: 0,
        hex: frame(START).toString('hex'),
        message: { type: 'STREAM_START', streamId: 7, serviceId: 'SSH', connectionId: 1 },
      },
    ]);
  });

  it('waits for the next frame that matches', async () => {
    const { source, tunnel } = await admin.pair();
    const path = `/admin/tunnels/${tunnel.id}/source/next`;
    const waiting = admin.post(path, { type: 'DATA', streamId: 7 });
    send(source, frame(START), data('here'));
    expect((await waiting).json.message).toMatchObject({ type: 'DATA', text: 'here' });
    const late = await admin.post(path, { type: 'DATA', timeoutMs: 1 });
    expect({ status: late.status, error: late.json.error }).toEqual({ status: 408, error: 'TIMEOUT' });
    const ended = admin.post(path, { type: 'DATA' });
    await admin.get('/admin/health');
    source.destroy();
    expect((await ended).json.error).toMatch(/SESSION_(ENDED|NOT_FOUND)/);
  });

  it.each<[string, object, (source: Awaited<ReturnType<typeof admin.pair>>['source']) => Promise<unknown>]>([
    [
      'inject a message',
      {
        action: 'inject',
        message: { type: 'DATA', streamId: 7, serviceId: 'SSH', connectionId: 1, text: 'hi' },
      },
      async (source) => expect((await source.frame()).payload.equals(data('hi'))).toBe(true),
    ],
    [
      'inject bytes across messages',
      { action: 'injectBytes', hex: '00020804', messageSizes: [1, 3] },
      async (source) => expect((await source.bytes(4)).messages.map(({ length }) => length)).toEqual([1, 3]),
    ],
    [
      'send text',
      { action: 'sendText', text: 'no data' },
      async (source) => expect(await source.frame()).toMatchObject({ opcode: 1 }),
    ],
    [
      'ping',
      { action: 'ping', hex: 'abcd' },
      async (source) => expect((await source.frame()).payload.toString('hex')).toBe('abcd'),
    ],
    [
      'write raw bytes',
      { action: 'writeRaw', hex: '8a00' },
      async (source) => expect(await source.frame()).toMatchObject({ opcode: 10 }),
    ],
    [
      'close with a code and a reason',
      { action: 'close', code: 4001, reason: 'as told' },
      async (source) => expect(await source.closeFrame()).toEqual({ code: 4001, reason: 'as told' }),
    ],
    ['drop', { action: 'drop' }, (source) => source.end()],
    [
      'reset the session',
      { action: 'resetSession' },
      async (source) => expect((await source.frame()).payload.toString('hex')).toBe('00020804'),
    ],
    [
      'send service ids',
      { action: 'sendServiceIds', serviceIds: ['X'] },
      async (source) => expect((await source.frame()).payload.toString('hex')).toBe('00050805320158'),
    ],
  ])('tells a session to %s', async (_what, body, seen) => {
    const { source, tunnel } = await admin.pair();
    const { status } = await admin.post(`/admin/tunnels/${tunnel.id}/source/actions`, body);
    expect(status).toBe(204);
    await seen(source);
  });

  it('tells a session to hold and release, to stop reading, to leave pings, to re-frame', async () => {
    const { source, destination, tunnel } = await admin.pair();
    const act = (body: object) => admin.post(`/admin/tunnels/${tunnel.id}/destination/actions`, body);
    await act({ action: 'hold' });
    send(source, frame(START));
    await admin.post(`/admin/tunnels/${tunnel.id}/source/next`, {});
    await act({ action: 'sendText', text: 'marker' });
    expect((await destination.frame()).opcode).toBe(1);
    await act({ action: 'setReframing', reframing: { mode: 'split', sizes: [5] } });
    await act({ action: 'release' });
    expect((await destination.frame()).payload).toHaveLength(5);
    await destination.bytes(frame(START).length - 5);
    await act({ action: 'answerPings', answers: false });
    await act({ action: 'stopReading' });
    destination.write(Buffer.from('898100000000aa', 'hex'));
    await act({ action: 'resumeReading' });
    await act({ action: 'ping', hex: 'ff' });
    expect((await destination.frame()).payload.toString('hex')).toBe('ff');
  });

  it('installs, shows, changes and removes faults', async () => {
    const body = { name: 'slow', type: 'latency', direction: 'to-source', attributes: { latency: 50 } };
    const added = await admin.post('/admin/faults', body);
    expect(added.status).toBe(201);
    expect(added.json.attributes).toEqual({ latency: 50, jitter: 0 });
    expect((await admin.get('/admin/faults')).json.faults).toEqual([added.json]);
    const changed = await admin.ask('PATCH', '/admin/faults/slow', { attributes: { jitter: 5 } });
    expect(changed.json.attributes).toEqual({ latency: 50, jitter: 5 });
    expect((await admin.get('/admin/faults/slow')).json).toEqual(changed.json);
    expect((await admin.ask('DELETE', '/admin/faults/slow')).status).toBe(204);
    expect((await admin.get('/admin/faults/slow')).json.error).toBe('FAULT_NOT_FOUND');
    expect((await admin.get('/admin/fault-types')).json.types).toHaveLength(24);
  });

  it('scripts handshakes', async () => {
    await admin.post('/admin/handshakes', { status: 503, body: 'Later', times: 1 });
    expect((await admin.get('/admin/handshakes')).json.scripts).toEqual([
      { status: 503, body: 'Later', times: 1 },
    ]);
    const { sourceAccessToken: token } = await opened();
    await expect(admin.open({ side: 'source', token })).rejects.toThrow('503: Later');
    await admin.open({ side: 'source', token });
  });

  it('records one tunnel and hands the capture over', async () => {
    const { source, destination, tunnel } = await admin.pair();
    const { id } = (await admin.post('/admin/captures', { tunnelId: tunnel.id })).json;
    send(source, frame(START));
    await destination.frame();
    expect((await admin.post(`/admin/captures/${id}/stop`)).json).toMatchObject({
      running: false,
      frames: 2,
    });
    const { text, type } = await admin.get(`/admin/captures/${id}/content`);
    expect(type).toBe('application/jsonl');
    expect(readCapture(text).entries.filter(({ kind }) => kind === 'frame')).toHaveLength(2);
    expect((await admin.ask('DELETE', `/admin/captures/${id}`)).status).toBe(204);
    expect((await admin.get('/admin/captures')).json.captures).toEqual([]);
  });

  it('advances the clock: a tunnel expires without an hour of waiting', async () => {
    const before = (await admin.get('/admin/clock')).json.now;
    const { tunnel } = await opened();
    const { json } = await admin.post('/admin/clock/advance', { ms: 12 * 60 * 60 * 1000 });
    expect(json.now).toBe(before + 12 * 60 * 60 * 1000);
    expect((await admin.get(`/admin/tunnels/${tunnel.id}`)).json.status).toBe('CLOSED');
  });

  it('resets to the state after start', async () => {
    const { source } = await admin.pair();
    await admin.post('/admin/faults', { type: 'reject_handshake' });
    await admin.post('/admin/handshakes', { status: 500 });
    await admin.post('/admin/captures');
    await admin.post('/things/lamp');
    expect((await admin.post('/admin/reset')).status).toBe(204);
    await source.closeFrame();
    for (const list of ['tunnels', 'sessions', 'streams', 'faults', 'captures']) {
      expect((await admin.get(`/admin/${list}`)).json).toEqual({ [list]: [] });
    }
    expect((await admin.get('/admin/handshakes')).json).toEqual({ scripts: [] });
    expect((await admin.get('/things/lamp')).status).toBe(404);
    await admin.pair();
  });

  it('tells events as they happen, frames too where asked to', async () => {
    const { source, destination, tunnel } = await admin.pair();
    const listener = await admin.connect();
    listener.write(`GET /admin/events?frames=1&tunnelId=${tunnel.id} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect((await listener.answer()).headers.get('content-type')).toBe('text/event-stream');
    const came = new Promise<string>((resolve) => {
      let text = '';
      listener.socket.on('data', (chunk) => {
        text += chunk;
        if (text.includes('side-lost')) resolve(text);
      });
    });
    await admin.pair(); // another tunnel: not told of
    admin.service.session(tunnel.id, 'destination')!.setReframing({ mode: 'split', sizes: [3] });
    send(source, frame(START), data('seen'));
    await destination.bytes(frame(START).length + data('seen').length);
    admin.service.closeTunnel(tunnel.id);
    const events = [...(await came).matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!));
    expect(events.every(({ tunnelId }) => tunnelId === tunnel.id)).toBe(true);
    expect(events.map(({ event }) => event).slice(0, 6)).toEqual([
      'frame',
      'stream-started',
      'frame',
      'frame',
      'frame',
      'tunnel-closed',
    ]);
    expect(events[2]).toMatchObject({ side: expect.any(String), message: expect.any(Object) });
    listener.destroy();
  });

  it('stops though somebody follows', async () => {
    const listener = await admin.connect();
    listener.write('GET /admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await listener.answer();
    await within(admin.service.stop(), 'the stop');
    await listener.end();
  });

  it('is not ready any more while it stops', async () => {
    const { source, destination } = await admin.pair();
    source.socket.pause(); // the close handshake waits for it, on a clock that stands still
    destination.socket.pause();
    const waiting = await admin.connect();
    const stopping = admin.service.stop();
    waiting.write('GET /admin/ready HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await waiting.answer()).status).toBe(503);
    source.destroy();
    destination.destroy();
    await within(stopping, 'the stop');
  });

  it('leaves paths that are not its own to others, however odd', async () => {
    for (const path of ['//', '/admin2', '/ADMIN/tunnels', '/%61dmin/health']) {
      expect((await admin.get(path)).status).toBe(404);
    }
    for (const path of ['/admin', '/admin/', '/admin//', '/admin/../admin/tunnels']) {
      expect((await admin.get(path)).json).toMatchObject({ error: 'NOT_FOUND' });
    }
  });

  it('listens to no frame once the follower is gone', async () => {
    const listener = await admin.connect();
    listener.write('GET /admin/events?frames=1 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await listener.answer();
    expect(admin.service.events.wants('bytes-sent')).toBe(true);
    const gone = new Promise<void>((resolve) => {
      const check = (): void => {
        if (admin.service.events.wants('bytes-sent')) setImmediate(check);
        else resolve();
      };
      listener.socket.once('close', check);
    });
    listener.destroy();
    await gone;
  });

  it('counts for Prometheus', async () => {
    const { source, destination } = await admin.pair();
    send(source, frame(START), Buffer.from('00020804', 'hex')); // M5
    await source.closeFrame();
    expect(framesOf((await destination.frame()).payload)).toHaveLength(1);
    const { text, type } = await admin.get('/admin/metrics');
    expect(type).toContain('text/plain');
    expect(text).toContain('tunnel_testbed_tunnels_opened_total 1');
    expect(text).toContain('tunnel_testbed_rules_broken_total{rule="M5",action="closed"} 1');
    expect(text).toContain('tunnel_testbed_sessions 1');
  });

  it.each<[string, string, string, unknown, number, string]>([
    ['an unknown path', 'GET', '/admin/nothing', undefined, 404, 'NOT_FOUND'],
    ['the wrong method', 'DELETE', '/admin/clock', undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['no JSON', 'POST', '/admin/faults', '{"type":', 400, 'BAD_JSON'],
    ['a list for an object', 'POST', '/admin/faults', '[]', 400, 'INVALID_REQUEST'],
    ['an unknown fault', 'POST', '/admin/faults', { type: 'gremlins' }, 400, 'FAULT_TYPE_UNKNOWN'],
    [
      'a bad attribute',
      'POST',
      '/admin/faults',
      { type: 'latency', attributes: { latency: -1 } },
      400,
      'FAULT_INVALID',
    ],
    ['an unknown tunnel', 'POST', '/admin/faults', { type: 'down', tunnelId: 'x' }, 404, 'TUNNEL_NOT_FOUND'],
    ['a tunnel of bad options', 'POST', '/admin/tunnels', { services: ['a b'] }, 400, 'INVALID_OPTION'],
    ['an unknown tunnel', 'GET', '/admin/tunnels/x', undefined, 404, 'TUNNEL_NOT_FOUND'],
    ['time that runs back', 'POST', '/admin/clock/advance', { ms: -1 }, 400, 'INVALID_REQUEST'],
    ['an unknown capture', 'GET', '/admin/captures/x/content', undefined, 404, 'CAPTURE_NOT_FOUND'],
    ['a capture of nothing', 'POST', '/admin/captures', { tunnelId: 'x' }, 404, 'TUNNEL_NOT_FOUND'],
    [
      'a header of two lines',
      'POST',
      '/admin/handshakes',
      { headers: { a: 'b\r\nc: d' } },
      400,
      'INVALID_REQUEST',
    ],
    ['a bad escape', 'GET', '/admin/tunnels/%zz', undefined, 400, 'INVALID_REQUEST'],
    ['an unknown query', 'GET', '/admin/sessions?tunnel=1', undefined, 400, 'INVALID_REQUEST'],
    ['a body without end', 'POST', '/admin/faults', ' '.repeat(1024 * 1024 + 1), 413, 'BODY_TOO_LARGE'],
  ])('answers %s with a clear error, and goes on', async (_what, method, path, body, status, error) => {
    const answer = await admin.ask(method, path, body);
    expect({ status: answer.status, error: answer.json.error }).toEqual({ status, error });
    expect(answer.json.message.length).toBeGreaterThan(10);
    expect((await admin.get('/admin/health')).status).toBe(200);
  });

  it.each([
    ['a side that is none', 'middle', { action: 'drop' }, 'INVALID_REQUEST'],
    ['a side that is not there', 'destination', { action: 'drop' }, 'SESSION_NOT_FOUND'],
    ['an action that is none', 'source', { action: 'explode' }, 'INVALID_REQUEST'],
    ['half a byte', 'source', { action: 'injectBytes', hex: '0' }, 'INVALID_REQUEST'],
    ['a close code that is not sent', 'source', { action: 'close', code: 1006 }, 'INVALID_REQUEST'],
    ['a type that is none', 'source', { action: 'inject', message: { type: 'DATUM' } }, 'INVALID_REQUEST'],
    [
      'an id out of range',
      'source',
      { action: 'inject', message: { type: 1, streamId: 2 ** 40 } },
      'VALUE_OUT_OF_RANGE',
    ],
    [
      'a message too long',
      'source',
      { action: 'inject', message: { type: 1, payloadBytes: 70_000 } },
      'MESSAGE_TOO_LARGE',
    ],
  ])('refuses to act on %s', async (_what, side, body, error) => {
    const { tunnel, sourceAccessToken } = await opened();
    await admin.open({ side: 'source', token: sourceAccessToken });
    const answer = await admin.post(`/admin/tunnels/${tunnel.id}/${side}/actions`, body);
    expect(answer.json).toMatchObject({ error });
    expect((await admin.get(`/admin/tunnels/${tunnel.id}/source`)).status).toBe(200);
  });
});
