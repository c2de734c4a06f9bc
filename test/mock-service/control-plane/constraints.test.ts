import { describe, expect, it } from 'vitest';
import { controlPlane, errorOf } from './setup.js';

const LONG = (length: number) => 'x'.repeat(length);
const tag = (key: string, value = 'v') => ({ tags: [{ key, value }] });
const services = (...ids: unknown[]) => ({ destinationConfig: { services: ids } });
const ARN = 'arn:aws:iot:us-east-1:123456789012:tunnel/t';
const NAME = 'pattern: [a-zA-Z0-9:_-]+';
const TAG = 'pattern: ([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)';

/** Operation, input, the member that the answer must name, the constraint it must name. */
const REFUSED: [string, object, string, string][] = [
  ['OpenTunnel', { description: '' }, 'description', 'pattern: [^\\p{C}]{1,2048}'],
  ['OpenTunnel', { description: LONG(2049) }, 'description', 'pattern: [^\\p{C}]{1,2048}'],
  ['OpenTunnel', { description: 'two\nlines' }, 'description', 'pattern: [^\\p{C}]{1,2048}'],
  [
    'OpenTunnel',
    { timeoutConfig: { maxLifetimeTimeoutMinutes: 0 } },
    'timeoutConfig.maxLifetimeTimeoutMinutes',
    'value greater than or equal to 1',
  ],
  [
    'OpenTunnel',
    { timeoutConfig: { maxLifetimeTimeoutMinutes: 721 } },
    'timeoutConfig.maxLifetimeTimeoutMinutes',
    'value less than or equal to 720',
  ],
  [
    'OpenTunnel',
    { timeoutConfig: { maxLifetimeTimeoutMinutes: 1.5 } },
    'timeoutConfig.maxLifetimeTimeoutMinutes',
    'whole number',
  ],
  ['OpenTunnel', { destinationConfig: {} }, 'destinationConfig.services', 'must not be null'],
  ['OpenTunnel', services(), 'destinationConfig.services', 'length greater than or equal to 1'],
  ['OpenTunnel', services('SSH', 'a b'), 'destinationConfig.services.2.member', NAME],
  ['OpenTunnel', services(''), 'destinationConfig.services.1.member', 'length greater than or equal to 1'],
  [
    'OpenTunnel',
    services(LONG(129)),
    'destinationConfig.services.1.member',
    'length less than or equal to 128',
  ],
  ['OpenTunnel', services(null), 'destinationConfig.services.1.member', 'must not be null'],
  [
    'OpenTunnel',
    { destinationConfig: { services: ['SSH'], thingName: '' } },
    'destinationConfig.thingName',
    'length greater than or equal to 1',
  ],
  [
    'OpenTunnel',
    { destinationConfig: { services: ['SSH'], thingName: 'a/b' } },
    'destinationConfig.thingName',
    NAME,
  ],
  [
    'OpenTunnel',
    { destinationConfig: { services: ['SSH'], thingName: LONG(129) } },
    'destinationConfig.thingName',
    'length less than or equal to 128',
  ],
  ['OpenTunnel', { tags: [] }, 'tags', 'length greater than or equal to 1'],
  [
    'OpenTunnel',
    { tags: Array.from({ length: 201 }, (_, i) => ({ key: `k${i}`, value: '' })) },
    'tags',
    'length less than or equal to 200',
  ],
  ['OpenTunnel', { tags: [{ value: 'v' }] }, 'tags.1.member.key', 'must not be null'],
  ['OpenTunnel', { tags: [{ key: 'k' }] }, 'tags.1.member.value', 'must not be null'],
  ['OpenTunnel', tag(''), 'tags.1.member.key', 'length greater than or equal to 1'],
  ['OpenTunnel', tag(LONG(129)), 'tags.1.member.key', 'length less than or equal to 128'],
  ['OpenTunnel', tag('a*b'), 'tags.1.member.key', TAG],
  ['OpenTunnel', tag('k', LONG(257)), 'tags.1.member.value', 'length less than or equal to 256'],
  ['OpenTunnel', tag('k', 'a*b'), 'tags.1.member.value', TAG],
  ['CloseTunnel', {}, 'tunnelId', 'must not be null'],
  ['CloseTunnel', { tunnelId: null }, 'tunnelId', 'must not be null'],
  ['CloseTunnel', { tunnelId: '' }, 'tunnelId', 'pattern: [a-zA-Z0-9_\\-+=:]{1,128}'],
  ['DescribeTunnel', {}, 'tunnelId', 'must not be null'],
  ['DescribeTunnel', { tunnelId: LONG(129) }, 'tunnelId', 'pattern: [a-zA-Z0-9_\\-+=:]{1,128}'],
  ['DescribeTunnel', { tunnelId: 'a/b' }, 'tunnelId', 'pattern: [a-zA-Z0-9_\\-+=:]{1,128}'],
  ['ListTunnels', { maxResults: 0 }, 'maxResults', 'value greater than or equal to 1'],
  ['ListTunnels', { maxResults: 101 }, 'maxResults', 'value less than or equal to 100'],
  ['ListTunnels', { thingName: 'a b' }, 'thingName', NAME],
  ['ListTunnels', { nextToken: '' }, 'nextToken', 'pattern: [a-zA-Z0-9_=-]{1,4096}'],
  ['ListTunnels', { nextToken: LONG(4097) }, 'nextToken', 'pattern: [a-zA-Z0-9_=-]{1,4096}'],
  ['ListTunnels', { nextToken: 'invented' }, 'nextToken', 'token from an earlier answer'],
  ['RotateTunnelAccessToken', { tunnelId: 't' }, 'clientMode', 'must not be null'],
  ['RotateTunnelAccessToken', { clientMode: 'ALL' }, 'tunnelId', 'must not be null'],
  [
    'RotateTunnelAccessToken',
    { tunnelId: 't', clientMode: 'BOTH' },
    'clientMode',
    'enum value set: [SOURCE, DESTINATION, ALL]',
  ],
  [
    'RotateTunnelAccessToken',
    { tunnelId: 't', clientMode: 'SOURCE', ...services('SSH') },
    'destinationConfig',
    'null if clientMode is SOURCE',
  ],
  [
    'RotateTunnelAccessToken',
    { tunnelId: 't', clientMode: 'ALL', ...services() },
    'destinationConfig.services',
    'length greater than or equal to 1',
  ],
  ['TagResource', tag('k'), 'resourceArn', 'must not be null'],
  ['TagResource', { resourceArn: ARN }, 'tags', 'must not be null'],
  ['TagResource', { resourceArn: ARN, tags: [] }, 'tags', 'length greater than or equal to 1'],
  [
    'TagResource',
    { resourceArn: 'tunnel/1', ...tag('k') },
    'resourceArn',
    'arn:aws:iot:<region>:<account>:tunnel/<id>',
  ],
  [
    'TagResource',
    { resourceArn: LONG(1012), ...tag('k') },
    'resourceArn',
    'length less than or equal to 1011',
  ],
  ['UntagResource', { resourceArn: ARN }, 'tagKeys', 'must not be null'],
  ['UntagResource', { resourceArn: ARN, tagKeys: ['a*b'] }, 'tagKeys.1.member', TAG],
  [
    'UntagResource',
    { resourceArn: ARN, tagKeys: Array.from({ length: 201 }, (_, i) => `${i}`) },
    'tagKeys',
    'length less than or equal to 200',
  ],
  ['ListTagsForResource', {}, 'resourceArn', 'must not be null'],
  ['ListTagsForResource', { resourceArn: '' }, 'resourceArn', 'length greater than or equal to 1'],
];

describe('a broken constraint is refused with ValidationException, naming member and constraint', () => {
  it.each(REFUSED)('%s %j', (operation, input, member, constraint) => {
    const error = errorOf(controlPlane().call(operation, input));
    expect(error).toMatch(/^400 ValidationException: [1-9] validation errors? detected: Value /);
    expect(error).toContain(` at '${member}' failed to satisfy constraint: Member must `);
    expect(error).toContain(constraint);
  });

  it('names every one of several', () => {
    const error = errorOf(controlPlane().call('OpenTunnel', { description: '', ...services('a b') }));
    expect(error).toContain('2 validation errors detected');
    expect(error).toContain("'description'");
    expect(error).toContain("Value 'a b' at 'destinationConfig.services.1.member'");
  });

  it('shows only the beginning of a long value', () => {
    expect(errorOf(controlPlane().call('OpenTunnel', { description: LONG(500_000) })).length).toBeLessThan(
      600,
    );
  });
});

describe('values at the edge of a constraint pass', () => {
  it.each([
    ['the longest description, counted in code points', { description: '😀'.repeat(2048) }],
    ['1 minute', { timeoutConfig: { maxLifetimeTimeoutMinutes: 1 } }],
    ['720 minutes', { timeoutConfig: { maxLifetimeTimeoutMinutes: 720 } }],
    ['names of 128 characters', { destinationConfig: { services: [LONG(128)], thingName: LONG(128) } }],
    ['200 tags', { tags: Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, value: '' })) }],
    ['an empty tag value and letters of any script', { tags: [{ key: '温度 é_.:/=+-@', value: '' }] }],
    [
      'null for what may be left out',
      { description: null, tags: null, destinationConfig: null, timeoutConfig: null },
    ],
    ['members nobody knows', { colour: 'red' }],
  ])('%s', (_name, input) => {
    expect(controlPlane().call('OpenTunnel', input).status).toBe(200);
  });
});

describe('a value of another JSON type is a SerializationException that names the member', () => {
  it.each([
    ['OpenTunnel', { description: 5 }, "'description'"],
    [
      'OpenTunnel',
      { timeoutConfig: { maxLifetimeTimeoutMinutes: '5' } },
      "'timeoutConfig.maxLifetimeTimeoutMinutes'",
    ],
    ['OpenTunnel', { tags: 'a' }, "'tags'"],
    ['CloseTunnel', { tunnelId: 't', delete: 'yes' }, "'delete'"],
    ['RotateTunnelAccessToken', { tunnelId: 't', clientMode: 3 }, "'clientMode'"],
  ])('%s %j', (operation, input, member) => {
    const error = errorOf(controlPlane().call(operation, input));
    expect(error).toMatch(/^400 SerializationException: /);
    expect(error).toContain(member);
  });
});
