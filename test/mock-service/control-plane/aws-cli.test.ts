import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';
import { describeWithPrograms, runProgram } from '../../support/real-program.js';

/** Starting the CLI takes a second or two, and more on a busy machine. */
const SLOW = 300_000;

describeWithPrograms({ aws: 'awscli' }, "the AWS CLI, Debian's", () => {
  let stateDir: string;
  let service: StartedMockService;
  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'testbed-cli-'));
    service = await startMockService({ stateDir, limits: { maxOpenTunnels: 300 } });
  });
  afterAll(async () => {
    await service.stop();
    await rm(stateDir, { recursive: true });
  });

  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    runProgram('aws', args, {
      env: {
        HOME: stateDir,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
        AWS_MAX_ATTEMPTS: '1',
        ...env,
      },
      timeoutMs: SLOW / 2,
    });
  const plain = () => ['--endpoint-url', `http://${service.endpoint}`];
  const tunneling = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(['iotsecuretunneling', ...args, ...plain()]);
    return { code, stderr, json: stdout.trim() === '' ? undefined : JSON.parse(stdout) };
  };

  it('runs all eight operations', { timeout: SLOW }, async () => {
    const destination = 'services=SSH,HTTP,thingName=lamp';
    const { json: opened } = await tunneling(
      ...['open-tunnel', '--description', 'door', '--tags', 'key=a,value=1'],
      ...['--destination-config', destination, '--timeout-config', 'maxLifetimeTimeoutMinutes=5'],
    );
    const id = ['--tunnel-id', opened.tunnelId];
    const arn = ['--resource-arn', opened.tunnelArn];
    expect(opened.tunnelArn).toBe(`arn:aws:iot:eu-west-1:000000000000:tunnel/${opened.tunnelId}`);
    const { json: described } = await tunneling('describe-tunnel', ...id);
    expect(described.tunnel).toMatchObject({
      status: 'OPEN',
      description: 'door',
      destinationConfig: { thingName: 'lamp', services: ['SSH', 'HTTP'] },
      timeoutConfig: { maxLifetimeTimeoutMinutes: 5 },
    });
    expect(Date.parse(described.tunnel.createdAt)).not.toBeNaN();
    const { json: rotated } = await tunneling('rotate-tunnel-access-token', ...id, '--client-mode', 'ALL');
    expect(rotated.destinationAccessToken).not.toBe(opened.destinationAccessToken);
    expect((await tunneling('tag-resource', ...arn, '--tags', 'key=b,value=2')).code).toBe(0);
    expect((await tunneling('untag-resource', ...arn, '--tag-keys', 'a')).code).toBe(0);
    const { json: tagged } = await tunneling('list-tags-for-resource', ...arn);
    expect(tagged).toEqual({ tags: [{ key: 'b', value: '2' }] });
    expect((await tunneling('close-tunnel', ...id, '--delete')).code).toBe(0);
    const { json: listed } = await tunneling('list-tunnels', '--thing-name', 'lamp');
    expect(listed.tunnelSummaries).toEqual([]);
  });

  it('names the modelled errors and what was wrong', { timeout: SLOW }, async () => {
    const none = await tunneling('describe-tunnel', '--tunnel-id', 'none');
    expect(none.code).toBe(254);
    expect(none.stderr).toContain('(ResourceNotFoundException) when calling the DescribeTunnel operation');
    expect(none.stderr).toContain('There is no tunnel none');
    const thing = await tunneling('list-tunnels', '--thing-name', 'a b');
    expect(thing.stderr).toContain('(ValidationException)');
    expect(thing.stderr).toContain("at 'thingName'");
    const open = service.tunnels.list().filter((tunnel) => tunnel.status === 'OPEN');
    const room = Array.from({ length: 300 - open.length }, () => service.openTunnel().tunnel.id);
    const over = await tunneling('open-tunnel');
    expect(over.stderr).toContain('(LimitExceededException)');
    for (const id of room) service.closeTunnel(id, { delete: true });
  });

  it('pages over 250 tunnels', { timeout: SLOW }, async () => {
    const opened = Array.from({ length: 250 }, () => service.openTunnel().tunnel.id);
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const from = token === undefined ? [] : ['--next-token', token];
      const { json } = await tunneling('list-tunnels', '--max-results', '90', ...from);
      seen.push(...json.tunnelSummaries.map((tunnel: { tunnelId: string }) => tunnel.tunnelId));
      token = json.nextToken;
    } while (token !== undefined);
    expect(seen).toEqual(opened.toReversed());
    for (const id of opened) service.closeTunnel(id, { delete: true });
  });

  it('is known to STS, and makes things on the same endpoint', { timeout: SLOW }, async () => {
    const identity = await run(['sts', 'get-caller-identity', ...plain()]);
    expect(JSON.parse(identity.stdout)).toMatchObject({ Account: '000000000000' });
    const made = await run(['iot', 'create-thing', '--thing-name', 'a:b_c-1', ...plain()]);
    expect(JSON.parse(made.stdout)).toMatchObject({ thingName: 'a:b_c-1' });
    const shown = await run(['iot', 'describe-thing', '--thing-name', 'a:b_c-1', ...plain()]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ thingName: 'a:b_c-1', version: 1 });
    const listed = await run(['iot', 'list-things', ...plain()]);
    expect(JSON.parse(listed.stdout).things).toHaveLength(1);
    expect((await run(['iot', 'delete-thing', '--thing-name', 'a:b_c-1', ...plain()])).code).toBe(0);
    const gone = await run(['iot', 'describe-thing', '--thing-name', 'a:b_c-1', ...plain()]);
    expect(gone.stderr).toContain('(ResourceNotFoundException)');
  });

  it('works over TLS, given the CA', { timeout: SLOW }, async () => {
    const secure = ['--endpoint-url', `https://localhost:${service.port}`];
    const trusting = await run(['iotsecuretunneling', 'list-tunnels', ...secure], {
      AWS_CA_BUNDLE: service.caPath,
    });
    expect(JSON.parse(trusting.stdout)).toEqual({ tunnelSummaries: [] });
    const doubting = await run(['iotsecuretunneling', 'list-tunnels', ...secure]);
    expect(doubting.stderr).toContain('SSL');
  });

  it('needs no endpoint option: HTTPS_PROXY and AWS_CA_BUNDLE are enough', { timeout: SLOW }, async () => {
    const env = { HTTPS_PROXY: `http://${service.endpoint}`, AWS_CA_BUNDLE: service.caPath };
    const { stdout } = await run(['iotsecuretunneling', 'open-tunnel', '--region', 'ap-southeast-2'], env);
    expect(JSON.parse(stdout).tunnelArn).toMatch(/^arn:aws:iot:ap-southeast-2:/);
    const identity = await run(['sts', 'get-caller-identity'], env);
    expect(JSON.parse(identity.stdout)).toMatchObject({ Account: '000000000000' });
    const things = await run(['iot', 'list-things'], env);
    expect(JSON.parse(things.stdout)).toEqual({ things: [] });
    const endpoint = await run(['iot', 'describe-endpoint', '--endpoint-type', 'iot:Data-ATS'], env);
    expect(JSON.parse(endpoint.stdout)).toEqual({ endpointAddress: 'localhost' });
    const dualStack = { ...env, AWS_USE_DUALSTACK_ENDPOINT: 'true' };
    const listed = await run(['iotsecuretunneling', 'list-tunnels'], dualStack);
    expect(JSON.parse(listed.stdout).tunnelSummaries).toHaveLength(1);
    const china = await run(['iotsecuretunneling', 'open-tunnel', '--region', 'cn-north-1'], env);
    expect(JSON.parse(china.stdout).tunnelArn).toMatch(/^arn:aws-cn:iot:cn-north-1:/);
    const federal = await run(['sts', 'get-caller-identity', '--region', 'us-gov-west-1'], env);
    expect(JSON.parse(federal.stdout).Arn).toBe('arn:aws-us-gov:iam::000000000000:root');
    const elsewhere = await run(['s3', 'ls'], env);
    expect(elsewhere.code).not.toBe(0);
  });

  it('passes a required signature, and not with other keys', { timeout: SLOW }, async () => {
    const keys = { accessKeyId: 'test', secretAccessKey: 'test' };
    await using strict = await startMockService({ stateDir, requireSignature: keys });
    const endpoint = ['--endpoint-url', `http://${strict.endpoint}`];
    for (const command of [
      ['iotsecuretunneling', 'open-tunnel'],
      ['iot', 'create-thing', '--thing-name', 'a:b'],
      ['sts', 'get-caller-identity'],
    ]) {
      expect(await run([...command, ...endpoint])).toMatchObject({ code: 0, stderr: '' });
      const refused = await run([...command, ...endpoint], { AWS_SECRET_ACCESS_KEY: 'other' });
      expect(refused.stderr).toContain('(InvalidSignatureException)');
    }
  });
});
