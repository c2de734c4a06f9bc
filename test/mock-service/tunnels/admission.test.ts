import { describe, expect, it } from 'vitest';
import type { Rejected } from '../../../src/mock-service/tunnels/index.js';
import { SUBPROTOCOL_OF } from '../../../src/protocol/index.js';
import { accept, CLIENT_TOKEN, handshake, type RequestParts, startRegistry } from './harness.js';

function open(options: Parameters<typeof startRegistry>[0] = {}) {
  const service = startRegistry(options);
  const opened = service.registry.open({ services: ['SSH'] });
  const token = opened.sourceAccessToken;
  const admit = (parts: RequestParts = {}) => service.registry.admit(handshake('source', token, parts));
  const refused = (parts: RequestParts): Rejected => {
    const admission = admit(parts);
    if (admission.ok) throw new Error('the handshake was accepted');
    return admission;
  };
  return { ...service, ...opened, token, admit, refused };
}

describe('a handshake in order', () => {
  it('is accepted, and told tunnel, side and subprotocol', () => {
    const { admit, tunnel } = open();
    const accepted = accept(admit());
    expect(accepted.tunnel).toBe(tunnel);
    expect(accepted.side).toBe('source');
    expect(accepted.answeredSubprotocol).toBe('aws.iot.securetunneling-3.0');
  });

  it('H10: every answer carries a channel-id of its own, refusals too', () => {
    const { admit, refused } = open();
    const answers = [accept(admit()), accept(admit()), refused({ url: '/' }), refused({ headers: [] })];
    for (const answer of answers) expect(answer.headers['channel-id']).toBe(answer.channelId);
    expect(new Set(answers.map((answer) => answer.channelId)).size).toBe(4);
  });

  it('takes header names in any case', () => {
    const { admit, token } = open();
    expect(admit({ headers: [['Access-TOKEN', token]] }).ok).toBe(true);
  });

  it('takes the token from a cookie among others, in any of several cookie headers', () => {
    const { admit, token } = open();
    const cookies = [
      ['Cookie', 'a=b'] as const,
      ['cookie', `x=1; awsiot-tunnel-token=${token}; y=2`] as const,
    ];
    expect(admit({ headers: cookies }).ok).toBe(true);
    expect(admit({ headers: [['Cookie', `awsiot-tunnel-token="${token}"`]] }).ok).toBe(true);
  });

  it('ignores unknown query parameters, decodes known ones, and takes the absolute form', () => {
    const { admit } = open();
    expect(admit({ url: '/tunnel?x=1&local-proxy-mode=source&%zz&y' }).ok).toBe(true);
    expect(admit({ url: '/tunnel?local%2Dproxy-mode=sou%72ce' }).ok).toBe(true);
    expect(admit({ url: 'http://localhost:8443/tunnel?local-proxy-mode=source' }).ok).toBe(true);
  });
});

describe('a handshake that breaks a rule', () => {
  const wrong: [rule: string, what: string, parts: (token: string) => RequestParts][] = [
    ['H1', 'another path', () => ({ url: '/tunnels?local-proxy-mode=source' })],
    ['H1', 'a path below', () => ({ url: '/tunnel/?local-proxy-mode=source' })],
    ['H1', 'a malformed target', () => ({ url: '%%%//?#[' })],
    ['H1', 'an empty target', () => ({ url: '' })],
    ['H1', 'another method', () => ({ method: 'POST' })],
    ['H2', 'no mode', () => ({ url: '/tunnel' })],
    ['H2', 'an unknown mode', () => ({ url: '/tunnel?local-proxy-mode=Source' })],
    ['H2', 'two modes', () => ({ url: '/tunnel?local-proxy-mode=source&local-proxy-mode=destination' })],
    ['H3', 'no token', () => ({ headers: [] })],
    ['H3', 'an empty token', () => ({ headers: [['access-token', '']] })],
    [
      'H3',
      'the header twice',
      (t) => ({
        headers: [
          ['access-token', t],
          ['Access-Token', t],
        ],
      }),
    ],
    [
      'H3',
      'the cookie twice',
      (t) => ({ headers: [['Cookie', `awsiot-tunnel-token=${t}; awsiot-tunnel-token=${t}`]] }),
    ],
    [
      'H3',
      'header and cookie',
      (t) => ({
        headers: [
          ['access-token', t],
          ['Cookie', `awsiot-tunnel-token=${t}`],
        ],
      }),
    ],
    ['H4', 'the mode of the other side', () => ({ url: '/tunnel?local-proxy-mode=destination' })],
    ['H5', 'a request of 4097 bytes', () => ({ requestBytes: 4097 })],
    ['H6', 'no subprotocol', () => ({ subprotocol: undefined })],
    ['H6', 'an empty subprotocol', () => ({ subprotocol: ' , ' })],
    ['H6', 'only unknown subprotocols', () => ({ subprotocol: 'chat, aws.iot.securetunneling-4.0' })],
    [
      'H7',
      'a short client token',
      (t) => ({
        headers: [
          ['access-token', t],
          ['client-token', 'c'.repeat(31)],
        ],
      }),
    ],
    [
      'H7',
      'a long client token',
      (t) => ({
        headers: [
          ['access-token', t],
          ['client-token', 'c'.repeat(129)],
        ],
      }),
    ],
    [
      'H7',
      'an empty client token',
      (t) => ({
        headers: [
          ['access-token', t],
          ['client-token', ''],
        ],
      }),
    ],
    [
      'H7',
      'a client token with an underscore',
      (t) => ({
        headers: [
          ['access-token', t],
          ['client-token', '_'.repeat(32)],
        ],
      }),
    ],
    [
      'H7',
      'two client tokens',
      (t) => ({
        headers: [
          ['access-token', t],
          ['client-token', CLIENT_TOKEN],
          ['client-token', CLIENT_TOKEN],
        ],
      }),
    ],
  ];

  it.each(wrong)('%s: %s gets 400 with the reason as plain text', (rule, _what, parts) => {
    const { refused, token } = open();
    const answer = refused(parts(token));
    expect([answer.status, answer.rule]).toEqual([400, rule]);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.body).not.toContain(token);
  });

  it.each(wrong)('%s, H8: %s does not spend the token', (_rule, _what, parts) => {
    const { refused, token, admit } = open();
    refused(parts(token));
    expect(admit().ok).toBe(true);
  });

  it('H5: exactly 4096 bytes are not too many', () => {
    expect(open().admit({ requestBytes: 4096 }).ok).toBe(true);
  });

  it('H3: an unknown token gets 403', () => {
    const answer = open().refused({ headers: [['access-token', 'nobody-s-token']] });
    expect([answer.status, answer.body]).toEqual([403, 'Invalid access-token']);
  });

  it('tells a listener the rule, the status and whose tunnel it was, and never a token', () => {
    const { refused, told, token, tunnel } = open();
    refused({ url: '/tunnel?local-proxy-mode=destination' });
    expect(told.at(-1)).toMatchObject({
      event: 'handshake-rejected',
      status: 400,
      rule: 'H4',
      tunnelId: tunnel.id,
    });
    expect(JSON.stringify(told)).not.toContain(token);
  });
});

describe('H6: the subprotocol', () => {
  const { V1, V2, V3 } = SUBPROTOCOL_OF;

  it.each([
    [V1, V1],
    [`${V1},${V2}`, V2],
    [`${V3} , ${V1}`, V3],
    [`chat, ${V2}`, V2],
  ])('answers %s with the highest one offered', (offer, answer) => {
    expect(accept(open().admit({ subprotocol: offer })).answeredSubprotocol).toBe(answer);
  });

  it('reads offers from several headers', () => {
    const { admit, token } = open();
    const headers = [['access-token', token] as const, ['sec-websocket-protocol', V3] as const];
    expect(accept(admit({ headers, subprotocol: V1 })).subprotocol).toBe(V3);
  });

  it('accepts the misspelling of public clients and echoes it', () => {
    const accepted = accept(open().admit({ subprotocol: 'aws.iot.securedtunneling-1.0' }));
    expect(accepted.answeredSubprotocol).toBe('aws.iot.securedtunneling-1.0');
    expect(accepted.subprotocol).toBe(V1);
  });

  it('prefers the proper spelling where both are offered', () => {
    const accepted = accept(open().admit({ subprotocol: `aws.iot.securedtunneling-1.0, ${V1}` }));
    expect(accepted.answeredSubprotocol).toBe(V1);
  });

  it('refuses the misspelling when strict', () => {
    expect(open({ strict: true }).refused({ subprotocol: 'aws.iot.securedtunneling-1.0' }).rule).toBe('H6');
  });
});

describe('the token as query parameter, a dialect', () => {
  const inQuery = (token: string): RequestParts => ({
    url: `/tunnel?local-proxy-mode=source&access-token=${token}`,
    headers: [],
  });

  it('is accepted', () => {
    const { admit, token } = open();
    expect(admit(inQuery(token)).ok).toBe(true);
  });

  it('H3: counts as a token beside another one', () => {
    const { refused, token } = open();
    expect(refused({ ...inQuery(token), headers: [['access-token', token]] }).rule).toBe('H3');
  });

  it('H3: is no token when strict', () => {
    const { refused, admit, token } = open({ strict: true });
    expect(refused(inQuery(token)).rule).toBe('H3');
    expect(admit({ ...inQuery(token), headers: [['access-token', token]] }).ok).toBe(true);
  });

  it('keeps a plus sign, which base64 has', () => {
    const { registry } = startRegistry();
    registry.open({ sourceAccessToken: 'a+b/c==' });
    expect(registry.admit(handshake('source', '', inQuery('a+b/c=='))).ok).toBe(true);
    expect(registry.admit(handshake('source', '', inQuery('a%2Bb%2Fc%3D%3D'))).ok).toBe(true);
  });
});
