import { expect, it } from 'vitest';
import { encodeFrame, MessageType, message } from '../../src/protocol/index.js';
import { runCli, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { StandInService } from '../clients/support/stand-in-service.js';
import { kept } from '../clients/support/started.js';
import { RawClient, UPGRADE_HEADERS, upgradeRequest } from '../support/raw-websocket.js';

/* Text that came from elsewhere is shown, and never obeyed; a token is never repeated. */

const ACTS = /[\p{Bidi_Control}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u;
const EVIL = 'SSH\x1b[2J\n[error] forged\u202e\x9b1m\u2028';
const TOKEN = `${'A'.repeat(150)}Zm9yZWlnbg`;

it.each([[[]], [['--json']]])('decode %j escapes a service id', async (flags) => {
  const frame = encodeFrame(message({ type: MessageType.STREAM_START, streamId: 1, serviceId: EVIL }));
  const { code, stdout } = await runCli(['decode', Buffer.from(frame).toString('hex'), ...flags]);
  expect(code).toBe(0);
  expect(stdout).not.toMatch(ACTS);
  expect(stdout.trim().split('\n').length).toBe(flags.length === 0 ? 2 : 1);
});

it('a proxy escapes a refusal, and hides the token that the refusal repeats', async () => {
  const service = kept(await StandInService.start());
  service.answers.push({ status: 400, body: `no ${TOKEN} ${EVIL}` });
  const { code, stderr } = await runCli(['source', '-e', service.endpoint], {
    env: { AWSIOT_TUNNEL_ACCESS_TOKEN: TOKEN },
  });
  expect(code).toBe(1);
  expect(stderr).toContain('no [access token]');
  expect(stderr).not.toContain(TOKEN);
  expect(stderr).not.toMatch(ACTS);
});

it('a token in the wrong place is neither answered nor logged', async () => {
  using folder = temporaryFolder();
  await using service = startCli(['serve', '--port', '0', '--state-dir', folder.file('state'), '--json']);
  const { endpoint } = await service.event('ready');
  const port = Number(String(endpoint).split(':').at(-1));
  const ask = async (target: string, subprotocol: string): Promise<string> => {
    const client = await RawClient.connect(port);
    client.write(upgradeRequest(target, [...UPGRADE_HEADERS, ['Sec-WebSocket-Protocol', subprotocol]]));
    const { status, body } = await client.answer();
    client.destroy();
    expect(status).toBe(400);
    return body;
  };
  const answers = [
    await ask('/tunnel?local-proxy-mode=source', TOKEN).catch(String),
    await ask(`/tunnel/${TOKEN}?local-proxy-mode=source`, 'aws.iot.securetunneling-3.0'),
    await (await fetch(`http://${endpoint}/${TOKEN}?access-token=${TOKEN}`)).text(),
    await (await fetch(`http://${endpoint}/admin/${TOKEN}`)).text(),
  ];
  service.child.kill('SIGTERM');
  await service.ended();
  for (const text of [...answers, service.stdout, service.stderr]) expect(text).not.toContain(TOKEN);
});
