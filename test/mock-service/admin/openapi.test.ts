import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { data, frame, START, send } from '../faults/harness.js';
import { startAdmin } from './harness.js';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean }[];
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object> };
}

/** The document is read as a client's author would: from the running service. */
describe('the OpenAPI document', () => {
  let admin: Awaited<ReturnType<typeof startAdmin>>;
  let document: Document;
  const exercised = new Set<string>();

  beforeAll(async () => {
    admin = await startAdmin();
    document = (await admin.get('/admin/openapi.json')).json;
  });
  afterAll(() => admin.stop());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  /** Asks, and holds the answer to what the document says of it. */
  async function hold(operationId: string, path: string, body?: unknown) {
    const found = operations().find(({ operation }) => operation.operationId === operationId)!;
    const pattern = new RegExp(`^${found.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
    expect(path.split('?')[0]).toMatch(pattern);
    const answer = await admin.ask(found.method.toUpperCase(), path, body);
    const promised = found.operation.responses[answer.status];
    expect(promised, `${operationId} answered ${answer.status}: ${answer.text}`).toBeDefined();
    const [type, content] = Object.entries(promised!.content ?? {})[0] ?? [];
    if (type === undefined) expect(answer.text).toBe('');
    else expect(answer.type.split(';')[0]).toBe(type);
    if (type === 'application/json' && operationId !== 'getOpenApi') {
      const { $ref } = content!.schema as { $ref?: string };
      const schema =
        $ref === undefined ? content!.schema : document.components.schemas[$ref.split('/').at(-1)!]!;
      const result = z.fromJSONSchema(schema as never).safeParse(answer.json);
      expect(result.error?.issues, `${operationId}: ${answer.text}`).toBeUndefined();
    }
    exercised.add(operationId);
    return answer;
  }

  it('is whole: every operation has an id of its own, every part of a path is described', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(described.map(({ name }) => name)).toEqual(inPath);
      expect(described.every(({ required }) => required)).toBe(true);
      expect(Object.values(operation.responses).every(({ description }) => description !== '')).toBe(true);
    }
    expect(JSON.stringify(document)).not.toContain('"$ref":"#/$defs');
  });

  it('says what every operation really answers', async () => {
    const { json: opened } = await hold('openTunnel', '/admin/tunnels', {
      services: ['SSH'],
      thingName: 'thing',
      description: 'd',
      tags: { a: 'b' },
    });
    const id = opened.tunnel.id as string;
    const source = await admin.open({ side: 'source', token: opened.sourceAccessToken });
    await admin.open({ side: 'destination', token: opened.destinationAccessToken });
    const { json: capture } = await hold('startCapture', '/admin/captures', { tunnelId: id });
    send(source, frame(START), data('x'), data('y'));
    await hold('awaitNext', `/admin/tunnels/${id}/source/next`, { type: 'DATA' });
    await hold('listTunnels', '/admin/tunnels');
    await hold('getTunnel', `/admin/tunnels/${id}`);
    await hold('listSessions', '/admin/sessions');
    await hold('listStreams', '/admin/streams');
    await hold('getSession', `/admin/tunnels/${id}/source`);
    await hold('listReceived', `/admin/tunnels/${id}/source/received`);
    await hold('act', `/admin/tunnels/${id}/source/actions`, { action: 'ping' });
    await hold('addFault', '/admin/faults', { name: 'f', type: 'drop_frame', tunnelId: id });
    await hold('listFaults', '/admin/faults');
    await hold('getFault', '/admin/faults/f');
    await hold('changeFault', '/admin/faults/f', { toxicity: 0.5 });
    await hold('removeFault', '/admin/faults/f');
    await hold('clearFaults', '/admin/faults');
    await hold('listFaultTypes', '/admin/fault-types');
    await hold('scriptHandshake', '/admin/handshakes', { tunnelId: 'none', serviceIds: null });
    await hold('listHandshakeScripts', '/admin/handshakes');
    await hold('listCaptures', '/admin/captures');
    await hold('getCaptureContent', `/admin/captures/${capture.id}/content`);
    await hold('stopCapture', `/admin/captures/${capture.id}/stop`);
    await hold('removeCapture', `/admin/captures/${capture.id}`);
    await hold('getAddresses', '/admin/addresses');
    await hold('getClock', '/admin/clock');
    await hold('advanceClock', '/admin/clock/advance', { ms: 1 });
    await hold('getMetrics', '/admin/metrics');
    await hold('getHealth', '/admin/health');
    await hold('getReady', '/admin/ready');
    await hold('getCa', '/admin/ca.pem');
    await hold('getOpenApi', '/admin/openapi.json');
    await hold('rotateTokens', `/admin/tunnels/${id}/rotate`, { sides: ['source', 'destination'] });
    await hold('closeTunnel', `/admin/tunnels/${id}`);
    await hold('reset', '/admin/reset');
    const all = operations().map(({ operation }) => operation.operationId);
    // The stream of events never ends by itself; admin-api.test.ts follows it.
    expect([...exercised, 'followEvents'].sort()).toEqual(all.sort());
  });

  it('says what is answered where something is wrong', async () => {
    const statuses = [
      await hold('getTunnel', '/admin/tunnels/none'),
      await hold('closeTunnel', '/admin/tunnels/none'),
      await hold('closeTunnel', '/admin/tunnels/none?delete=perhaps'),
      await hold('addFault', '/admin/faults', { type: 'none' }),
      await hold('addFault', '/admin/faults', '{'),
      await hold('removeFault', '/admin/faults/none'),
      await hold('startCapture', '/admin/captures', { tunnelId: 'none' }),
      await hold('getSession', '/admin/tunnels/none/source'),
      await hold('advanceClock', '/admin/clock/advance', { ms: 'soon' }),
      await hold('openTunnel', '/admin/tunnels', { services: ['a b'] }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 400, 400, 400, 404, 404, 404, 400, 400]);
  });
});
