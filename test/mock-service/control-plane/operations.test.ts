import { describe, expect, it } from 'vitest';
import { controlPlane, errorOf, NOW } from './setup.js';

const SECONDS = NOW / 1000;
const open = (plane: ReturnType<typeof controlPlane>, input: object = {}) =>
  plane.call('OpenTunnel', input).json;

describe('OpenTunnel', () => {
  it('answers ids and both tokens', () => {
    const { tunnelId, tunnelArn, sourceAccessToken, destinationAccessToken, ...rest } = open(controlPlane());
    expect(tunnelArn).toBe(`arn:aws:iot:us-east-1:123456789012:tunnel/${tunnelId}`);
    expect(tunnelId).toMatch(/^[a-zA-Z0-9_\-+=:]{1,128}$/);
    expect(sourceAccessToken).not.toBe(destinationAccessToken);
    expect(rest).toEqual({});
  });

  it('takes the region of the ARN from the scope that the request is signed for', () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-central-1/IoTSecuredTunneling/aws4_request, ' +
      `SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    const { json } = controlPlane().call('OpenTunnel', {}, { authorization });
    expect(json.tunnelArn).toMatch(/^arn:aws:iot:eu-central-1:/);
  });

  it('refuses with LimitExceededException what is over a quota', () => {
    const plane = controlPlane({ limits: { maxOpenTunnels: 1, maxServicesPerTunnel: 2 } });
    const three = { destinationConfig: { services: ['A', 'B', 'C'] } };
    expect(errorOf(plane.call('OpenTunnel', three))).toMatch(/^400 LimitExceededException: /);
    open(plane);
    expect(errorOf(plane.call('OpenTunnel'))).toMatch(/^400 LimitExceededException: /);
  });

  it('tells the device where a thing is named', () => {
    const plane = controlPlane();
    open(plane, { destinationConfig: { services: ['SSH'] } });
    const { destinationAccessToken } = open(plane, {
      destinationConfig: { services: ['SSH'], thingName: 'lamp' },
    });
    expect(plane.told).toEqual([
      {
        thingName: 'lamp',
        clientAccessToken: destinationAccessToken,
        region: 'us-east-1',
        services: ['SSH'],
      },
    ]);
  });
});

describe('DescribeTunnel', () => {
  it('shows everything about a tunnel, times in seconds', () => {
    const plane = controlPlane();
    const { tunnelId, tunnelArn } = open(plane, {
      description: 'door',
      tags: [{ key: 'k', value: 'v' }],
      destinationConfig: { services: ['SSH', 'HTTP'], thingName: 'lamp' },
      timeoutConfig: { maxLifetimeTimeoutMinutes: 5 },
    });
    const state = { status: 'DISCONNECTED', lastUpdatedAt: SECONDS };
    expect(plane.call('DescribeTunnel', { tunnelId }).json).toEqual({
      tunnel: {
        tunnelId,
        tunnelArn,
        status: 'OPEN',
        sourceConnectionState: state,
        destinationConnectionState: state,
        description: 'door',
        destinationConfig: { thingName: 'lamp', services: ['SSH', 'HTTP'] },
        timeoutConfig: { maxLifetimeTimeoutMinutes: 5 },
        tags: [{ key: 'k', value: 'v' }],
        createdAt: SECONDS,
        lastUpdatedAt: SECONDS,
      },
    });
  });

  it('leaves out what the tunnel has not', () => {
    const plane = controlPlane();
    const { tunnel } = plane.call('DescribeTunnel', { tunnelId: open(plane).tunnelId }).json;
    expect(tunnel).not.toHaveProperty('description');
    expect(tunnel).not.toHaveProperty('destinationConfig');
    expect(tunnel).not.toHaveProperty('tags');
    expect(tunnel.timeoutConfig).toEqual({ maxLifetimeTimeoutMinutes: 720 });
  });
});

describe('CloseTunnel', () => {
  it('leaves the tunnel visible as CLOSED for three hours of the clock', () => {
    const plane = controlPlane();
    const { tunnelId } = open(plane);
    expect(plane.call('CloseTunnel', { tunnelId }).json).toEqual({});
    plane.clock.advance(3 * 3_600_000 - 1);
    expect(plane.call('DescribeTunnel', { tunnelId }).json.tunnel.status).toBe('CLOSED');
    expect(plane.call('ListTunnels').json.tunnelSummaries).toHaveLength(1);
    plane.clock.advance(1);
    expect(errorOf(plane.call('DescribeTunnel', { tunnelId }))).toMatch(/^400 ResourceNotFoundException: /);
    expect(plane.call('ListTunnels').json.tunnelSummaries).toEqual([]);
  });

  it('with delete, makes it vanish at once', () => {
    const plane = controlPlane();
    const { tunnelId } = open(plane);
    expect(plane.call('CloseTunnel', { tunnelId, delete: true }).status).toBe(200);
    expect(plane.call('DescribeTunnel', { tunnelId }).json.__type).toBe('ResourceNotFoundException');
  });

  it('is what the end of life does by itself', () => {
    const plane = controlPlane();
    const { tunnelId } = open(plane, { timeoutConfig: { maxLifetimeTimeoutMinutes: 1 } });
    plane.clock.advance(60_000);
    const { tunnel } = plane.call('DescribeTunnel', { tunnelId }).json;
    expect(tunnel).toMatchObject({ status: 'CLOSED', lastUpdatedAt: SECONDS + 60 });
  });
});

describe('RotateTunnelAccessToken', () => {
  const thing = { destinationConfig: { services: ['SSH'], thingName: 'lamp' } };

  it.each([
    ['SOURCE', ['sourceAccessToken', 'tunnelArn']],
    ['DESTINATION', ['destinationAccessToken', 'tunnelArn']],
    ['ALL', ['destinationAccessToken', 'sourceAccessToken', 'tunnelArn']],
  ])('%s answers the tokens it made', (clientMode, members) => {
    const plane = controlPlane();
    const opened = open(plane);
    const { json } = plane.call('RotateTunnelAccessToken', { tunnelId: opened.tunnelId, clientMode });
    expect(Object.keys(json).sort()).toEqual(members);
    expect(Object.values(json)).not.toContain(opened.sourceAccessToken);
    expect(Object.values(json)).not.toContain(opened.destinationAccessToken);
  });

  it.each(['DESTINATION', 'ALL'])(
    '%s with destinationConfig tells the device the new token',
    (clientMode) => {
      const plane = controlPlane();
      const { tunnelId } = open(plane);
      const input = { tunnelId, clientMode, ...thing };
      const { destinationAccessToken } = plane.call('RotateTunnelAccessToken', input).json;
      expect(plane.told).toEqual([
        {
          thingName: 'lamp',
          clientAccessToken: destinationAccessToken,
          region: 'us-east-1',
          services: ['SSH'],
        },
      ]);
    },
  );

  it('tells nobody without destinationConfig', () => {
    const plane = controlPlane();
    const { tunnelId } = open(plane, thing);
    plane.told.length = 0;
    plane.call('RotateTunnelAccessToken', { tunnelId, clientMode: 'ALL' });
    expect(plane.told).toEqual([]);
  });

  it('of a closed tunnel is refused', () => {
    const plane = controlPlane();
    const { tunnelId } = open(plane);
    plane.call('CloseTunnel', { tunnelId });
    const answer = plane.call('RotateTunnelAccessToken', { tunnelId, clientMode: 'ALL' });
    expect(errorOf(answer)).toMatch(/^400 ResourceNotFoundException: .*closed/);
  });
});

describe('ListTunnels', () => {
  const ids = (json: { tunnelSummaries: { tunnelId: string }[] }) =>
    json.tunnelSummaries.map((t) => t.tunnelId);

  it('pages newest first, each tunnel once, while tunnels come and go', () => {
    const plane = controlPlane();
    const opened = Array.from({ length: 250 }, () => open(plane).tunnelId as string);
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const { json } = plane.call('ListTunnels', { maxResults: 37, nextToken });
      expect(json.tunnelSummaries.length).toBeLessThanOrEqual(37);
      seen.push(...ids(json));
      nextToken = json.nextToken;
      if (nextToken !== undefined) expect(nextToken).toMatch(/^[a-zA-Z0-9_=-]{1,4096}$/);
      open(plane);
      // The tunnel that the page ended with is deleted: the next page still begins after it.
      plane.call('CloseTunnel', { tunnelId: seen.at(-1), delete: true });
    } while (nextToken !== undefined);
    expect(seen).toEqual(opened.toReversed());
  });

  it('filters by thing, and holds a page token to its filter', () => {
    const plane = controlPlane();
    const of = (thingName: string) =>
      open(plane, { destinationConfig: { services: ['S'], thingName } }).tunnelId;
    const [first, , second] = [of('lamp'), of('door'), of('lamp')];
    const { json } = plane.call('ListTunnels', { thingName: 'lamp', maxResults: 1 });
    expect(ids(json)).toEqual([second]);
    const { nextToken } = json;
    expect(ids(plane.call('ListTunnels', { thingName: 'lamp', nextToken }).json)).toEqual([first]);
    expect(errorOf(plane.call('ListTunnels', { thingName: 'door', nextToken }))).toContain('same thingName');
  });

  it('shows summaries', () => {
    const plane = controlPlane();
    const { tunnelId, tunnelArn } = open(plane, { description: 'door' });
    expect(plane.call('ListTunnels').json).toEqual({
      tunnelSummaries: [
        {
          tunnelId,
          tunnelArn,
          status: 'OPEN',
          description: 'door',
          createdAt: SECONDS,
          lastUpdatedAt: SECONDS,
        },
      ],
    });
  });
});

describe('tags', () => {
  it('are added, replaced, removed and listed', () => {
    const plane = controlPlane();
    const { tunnelArn: resourceArn } = open(plane, { tags: [{ key: 'a', value: '1' }] });
    const tags = [
      { key: 'a', value: '2' },
      { key: 'b', value: '' },
    ];
    expect(plane.call('TagResource', { resourceArn, tags }).json).toEqual({});
    expect(plane.call('ListTagsForResource', { resourceArn }).json).toEqual({ tags });
    expect(plane.call('UntagResource', { resourceArn, tagKeys: ['a', 'unknown'] }).json).toEqual({});
    expect(plane.call('ListTagsForResource', { resourceArn }).json).toEqual({
      tags: [{ key: 'b', value: '' }],
    });
  });

  it('are at most 200, and a refused call changes none', () => {
    const plane = controlPlane();
    const many = (prefix: string, length: number) =>
      Array.from({ length }, (_, i) => ({ key: `${prefix}${i}`, value: '' }));
    const { tunnelArn: resourceArn } = open(plane, { tags: many('a', 200) });
    expect(errorOf(plane.call('TagResource', { resourceArn, tags: many('b', 1) }))).toContain(
      'at most 200 tags',
    );
    expect(plane.call('ListTagsForResource', { resourceArn }).json.tags).toEqual(many('a', 200));
  });
});

describe('what does not exist is a ResourceNotFoundException', () => {
  const resourceArn = 'arn:aws:iot:us-east-1:123456789012:tunnel/none';
  it.each([
    ['DescribeTunnel', { tunnelId: 'none' }],
    ['CloseTunnel', { tunnelId: 'none' }],
    ['RotateTunnelAccessToken', { tunnelId: 'none', clientMode: 'ALL' }],
    ['TagResource', { resourceArn, tags: [{ key: 'k', value: 'v' }] }],
    ['UntagResource', { resourceArn, tagKeys: ['k'] }],
    ['ListTagsForResource', { resourceArn }],
  ])('%s', (operation, input) => {
    expect(errorOf(controlPlane().call(operation, input))).toMatch(/^400 ResourceNotFoundException: .*none/);
  });

  it("nor does a tunnel under another region's ARN", () => {
    const plane = controlPlane();
    const arn = open(plane).tunnelArn.replace('us-east-1', 'us-west-2');
    expect(plane.call('ListTagsForResource', { resourceArn: arn }).json.__type).toBe(
      'ResourceNotFoundException',
    );
  });
});
