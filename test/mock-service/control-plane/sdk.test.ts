import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloseTunnelCommand,
  DescribeTunnelCommand,
  IoTSecureTunnelingClient,
  LimitExceededException,
  ListTagsForResourceCommand,
  ListTunnelsCommand,
  OpenTunnelCommand,
  paginateListTunnels,
  ResourceNotFoundException,
  RotateTunnelAccessTokenCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-iotsecuretunneling';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ServiceOptions,
  type StartedMockService,
  startMockService,
} from '../../../src/mock-service/index.js';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

let stateDir: string;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'testbed-sdk-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(stateDir, { recursive: true });
});

async function start(options: ServiceOptions = {}): Promise<StartedMockService> {
  const service = await startMockService({ stateDir, ...options });
  ends.push(() => service.stop());
  return service;
}

function sdk({ endpoint }: StartedMockService, options: object = {}): IoTSecureTunnelingClient {
  const client = new IoTSecureTunnelingClient({
    endpoint: `http://${endpoint}`,
    region: 'eu-west-1',
    credentials: { ...CREDENTIALS },
    maxAttempts: 1,
    ...options,
  });
  ends.push(() => client.destroy());
  return client;
}

describe("AWS's JavaScript SDK", () => {
  it('runs all eight operations', async () => {
    const service = await start();
    const client = sdk(service);
    const opened = await client.send(
      new OpenTunnelCommand({
        description: 'door',
        tags: [{ key: 'a', value: '1' }],
        destinationConfig: { services: ['SSH'], thingName: 'lamp' },
        timeoutConfig: { maxLifetimeTimeoutMinutes: 5 },
      }),
    );
    const { tunnelId, tunnelArn: resourceArn } = opened;
    expect(resourceArn).toBe(`arn:aws:iot:eu-west-1:000000000000:tunnel/${tunnelId}`);
    expect(service.tunnels.get(tunnelId!)?.status).toBe('OPEN');

    const { tunnel } = await client.send(new DescribeTunnelCommand({ tunnelId }));
    expect(tunnel).toMatchObject({
      tunnelId,
      status: 'OPEN',
      description: 'door',
      destinationConfig: { services: ['SSH'], thingName: 'lamp' },
      timeoutConfig: { maxLifetimeTimeoutMinutes: 5 },
      sourceConnectionState: { status: 'DISCONNECTED', lastUpdatedAt: expect.any(Date) },
      tags: [{ key: 'a', value: '1' }],
    });
    expect(Math.abs(tunnel!.createdAt!.getTime() - Date.now())).toBeLessThan(60_000);

    const rotated = await client.send(new RotateTunnelAccessTokenCommand({ tunnelId, clientMode: 'ALL' }));
    expect(rotated).toMatchObject({ tunnelArn: resourceArn });
    expect(rotated.sourceAccessToken).not.toBe(opened.sourceAccessToken);

    await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'b', value: '2' }] }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([{ key: 'b', value: '2' }]);

    await client.send(new CloseTunnelCommand({ tunnelId, delete: false }));
    const { tunnelSummaries } = await client.send(new ListTunnelsCommand({ thingName: 'lamp' }));
    expect(tunnelSummaries).toMatchObject([{ tunnelId, status: 'CLOSED', description: 'door' }]);
  });

  it('raises the modelled errors as typed exceptions, and names the others', async () => {
    const client = sdk(await start({ limits: { maxOpenTunnels: 1 } }));
    const tunnelId = 'none';
    const resourceArn = 'arn:aws:iot:eu-west-1:000000000000:tunnel/none';
    const notFound = [
      client.send(new DescribeTunnelCommand({ tunnelId })),
      client.send(new CloseTunnelCommand({ tunnelId })),
      client.send(new RotateTunnelAccessTokenCommand({ tunnelId, clientMode: 'SOURCE' })),
      client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'a', value: '' }] })),
      client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] })),
      client.send(new ListTagsForResourceCommand({ resourceArn })),
    ];
    for (const answer of notFound) {
      await expect(answer).rejects.toBeInstanceOf(ResourceNotFoundException);
      await expect(answer).rejects.toMatchObject({
        message: expect.stringContaining('none'),
        $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      });
    }
    await client.send(new OpenTunnelCommand({}));
    const over = client.send(new OpenTunnelCommand({}));
    await expect(over).rejects.toBeInstanceOf(LimitExceededException);
    await expect(client.send(new OpenTunnelCommand({ description: '' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("'description'"),
    });
  });

  it('paginates over 250 tunnels, newest first', async () => {
    const service = await start();
    const opened = Array.from({ length: 250 }, () => service.openTunnel().tunnel.id);
    const seen: string[] = [];
    let pages = 0;
    for await (const page of paginateListTunnels({ client: sdk(service), pageSize: 99 }, {})) {
      pages += 1;
      seen.push(...page.tunnelSummaries!.map((tunnel) => tunnel.tunnelId!));
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(opened.toReversed());
  });

  it('signs so that a required signature verifies, and is refused with other keys', async () => {
    const service = await start({ requireSignature: { ...CREDENTIALS } });
    await sdk(service).send(new OpenTunnelCommand({ description: 'signed' }));
    const other = sdk(service, { credentials: { ...CREDENTIALS, secretAccessKey: 'other' } });
    await expect(other.send(new OpenTunnelCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    });
    expect(service.tunnels.list()).toHaveLength(1);
  });
});

describe('a body', () => {
  const target = {
    'x-amz-target': 'IoTSecuredTunneling.ListTunnels',
    'content-type': 'application/x-amz-json-1.1',
  };

  it('over 1 MB is refused with 413, whether its length was told or not', async () => {
    const { endpoint } = await start();
    const bytes = Buffer.alloc(1024 * 1024 + 1, ' ');
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.subarray(at, at + 65_536));
        controller.close();
      },
    });
    for (const body of [bytes, pieces]) {
      const init = { method: 'POST', headers: target, body, duplex: 'half' } as RequestInit;
      const response = await fetch(`http://${endpoint}/`, init);
      expect(response.status).toBe(413);
      expect(response.headers.get('x-amzn-errortype')).toBe('RequestEntityTooLargeException');
    }
  });

  it('of exactly 1 MB is read', async () => {
    const { endpoint } = await start();
    const body = `{}${' '.repeat(1024 * 1024 - 2)}`;
    expect((await fetch(`http://${endpoint}/`, { method: 'POST', headers: target, body })).status).toBe(200);
  });
});
