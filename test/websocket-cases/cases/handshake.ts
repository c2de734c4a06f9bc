import { hex, ping, pong } from '../bytes.js';
import { answersClose, closes, fails, type HandshakeCase, pongs, type Request } from '../case.js';

type Headers = readonly (readonly [name: string, value: string])[];

/** The request as text, its lines ended as HTTP wants it. */
const written = ({ method, target, version, headers }: Request, end = '\r\n'): string =>
  [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    end,
  );

const without = (name: string) => (right: Request) =>
  written({ ...right, headers: right.headers.filter(([key]) => key.toLowerCase() !== name) });

/** Puts headers in the place of the one of that name. */
const instead = (name: string, headers: Headers) => (right: Request) =>
  written({
    ...right,
    headers: right.headers.flatMap((header) => (header[0].toLowerCase() === name ? headers : [header])),
  });

const value = (name: string, text: string) => instead(name, [[name, text]]);
const also = (name: string, text: string) => (right: Request) =>
  written({ ...right, headers: [...right.headers, [name, text]] });
const line = (parts: Partial<Request>) => (right: Request) => written({ ...right, ...parts });
const edited = (edit: (text: string) => string) => (right: Request) => edit(written(right));

const KEY = 'sec-websocket-key';
const VERSION = 'sec-websocket-version';
const PROTOCOL = 'sec-websocket-protocol';
const EXTENSIONS = 'sec-websocket-extensions';
const V1 = 'aws.iot.securetunneling-1.0';
const V2 = 'aws.iot.securetunneling-2.0';
const V3 = 'aws.iot.securetunneling-3.0';

const accepted = [101];
const refused = [400];
/** No such request can be told from noise: an answer is a courtesy. */
const noHttp: HandshakeCase['answers'] = [400, 'gone'];
/** The version is told (4.4), with the status that is meant for it (RFC 9110, 15.5.22). */
const toldVersion: Partial<HandshakeCase> = { headers: { [VERSION]: '13' } };

function of(
  id: string,
  title: string,
  clause: string,
  request: HandshakeCase['request'],
  answers: HandshakeCase['answers'],
  more: Partial<HandshakeCase> = {},
): HandshakeCase {
  return { id, title, clause, request, answers, ...more };
}

const right = edited((text) => text);
const none: HandshakeCase['headers'] = { [EXTENSIONS]: null };

const methodAndTarget: readonly HandshakeCase[] = [
  of('0.1.1', 'a right request', '4.2.2', right, accepted, { headers: { [PROTOCOL]: V3 } }),
  ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].map((method, i) =>
    of(`0.1.${i + 2}`, method, '4.1 (2)', line({ method }), [400, 405]),
  ),
  of('0.1.7', 'HEAD', '4.1 (2)', line({ method: 'HEAD' }), [400, 405]),
  of('0.1.8', 'a method in small letters', '4.1; RFC 9110, 9.1', line({ method: 'get' }), [
    400,
    405,
    501,
    'gone',
  ]),
  of('0.1.9', 'HTTP/1.0', '4.1 (2)', line({ version: 'HTTP/1.0' }), [400, 426, 505]),
  of('0.1.10', 'HTTP/2.0 in the request line', 'RFC 9112, 2.3', line({ version: 'HTTP/2.0' }), [400, 505]),
  of(
    '0.1.11',
    'no version at all',
    'RFC 9112, 3',
    edited((text) => text.replace(' HTTP/1.1', '')),
    noHttp,
  ),
  of(
    '0.1.12',
    'the target as an absolute URL',
    'RFC 9112, 3.2.2',
    (r) => written({ ...r, target: `http://localhost${r.target}` }),
    accepted,
  ),
  of(
    '0.1.13',
    'a target without a slash in front',
    'RFC 9112, 3.2.1',
    (r) => written({ ...r, target: r.target.slice(1) }),
    [400, 404],
  ),
  of(
    '0.1.14',
    'a target with a fragment',
    '3',
    (r) => written({ ...r, target: `${r.target}#top` }),
    [101, 400],
  ),
  of(
    '0.1.15',
    'an empty line before the request',
    'RFC 9112, 2.2',
    edited((text) => `\r\n${text}`),
    accepted,
  ),
  of(
    '0.1.16',
    'the whole request twice',
    '4.1',
    edited((text) => text + text),
    accepted,
    { expected: fails(1002) },
  ),
];

const hostAndUpgrade: readonly HandshakeCase[] = [
  of('0.2.1', 'no Host', '4.2.1 (2)', without('host'), refused),
  of(
    '0.2.2',
    'two Hosts',
    'RFC 9112, 3.2',
    instead('host', [
      ['Host', 'localhost'],
      ['Host', 'other'],
    ]),
    refused,
  ),
  of('0.2.3', 'a Host with a port', '4.2.1 (2)', value('host', 'localhost:8443'), accepted),
  of('0.2.4', 'a Host that is an address', '4.2.1 (2)', value('host', '127.0.0.1'), accepted),
  of('0.2.5', 'a Host that is an IPv6 address', '4.2.1 (2)', value('host', '[::1]:8443'), accepted),
  of('0.3.1', 'no Upgrade', '4.2.1 (3)', without('upgrade'), [400, 426]),
  of('0.3.2', 'Upgrade in capitals', '4.2.1 (3)', value('upgrade', 'WEBSOCKET'), accepted),
  of('0.3.3', 'Upgrade in mixed case', '4.2.1 (3)', value('upgrade', 'WebSocket'), accepted),
  of(
    '0.3.4',
    'Upgrade names another protocol first',
    '4.2.1 (3); RFC 9110, 7.8',
    value('upgrade', 'h2c, websocket'),
    accepted,
  ),
  of(
    '0.3.5',
    'Upgrade in two headers',
    '4.2.1 (3)',
    instead('upgrade', [
      ['Upgrade', 'h2c'],
      ['Upgrade', 'websocket'],
    ]),
    accepted,
  ),
  of('0.3.6', 'Upgrade to something longer', '4.2.1 (3)', value('upgrade', 'websocket2'), [400, 426]),
  of('0.3.7', 'Upgrade to something else', '4.2.1 (3)', value('upgrade', 'h2c'), [400, 426]),
  of('0.3.8', 'an empty Upgrade', '4.2.1 (3)', value('upgrade', ''), [400, 426]),
  of('0.4.1', 'no Connection', '4.2.1 (4)', without('connection'), [400, 426]),
  of('0.4.2', 'Connection in small letters', '4.2.1 (4)', value('connection', 'upgrade'), accepted),
  of('0.4.3', 'Connection in capitals', '4.2.1 (4)', value('connection', 'UPGRADE'), accepted),
  of(
    '0.4.4',
    'Connection: keep-alive, Upgrade, as Firefox sends it',
    '4.2.1 (4)',
    value('connection', 'keep-alive, Upgrade'),
    accepted,
  ),
  of(
    '0.4.5',
    'Connection: Upgrade,keep-alive without a space',
    '4.2.1 (4)',
    value('connection', 'Upgrade,keep-alive'),
    accepted,
  ),
  of(
    '0.4.6',
    'Connection in two headers',
    '4.2.1 (4)',
    instead('connection', [
      ['Connection', 'keep-alive'],
      ['Connection', 'Upgrade'],
    ]),
    accepted,
  ),
  of('0.4.7', 'Connection: Upgraded', '4.2.1 (4)', value('connection', 'Upgraded'), [400, 426]),
  of('0.4.8', 'Connection: close', '4.2.1 (4)', value('connection', 'close'), [400, 426]),
  of('0.4.9', 'Connection: keep-alive', '4.2.1 (4)', value('connection', 'keep-alive'), [400, 426]),
  of('0.4.10', 'an empty Connection', '4.2.1 (4)', value('connection', ''), [400, 426]),
];

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');

const keyAndVersion: readonly HandshakeCase[] = [
  of('0.5.1', 'no key', '4.2.1 (5)', without(KEY), refused),
  of('0.5.2', 'an empty key', '4.2.1 (5)', value(KEY, ''), refused),
  of('0.5.3', 'a key of 15 bytes', '4.2.1 (5)', value(KEY, base64(15)), refused),
  of('0.5.4', 'a key of 17 bytes', '4.2.1 (5)', value(KEY, base64(17)), refused),
  of('0.5.5', 'a key of 18 bytes, which needs no padding', '4.2.1 (5)', value(KEY, base64(18)), refused),
  of('0.5.6', 'a key of one byte', '4.2.1 (5)', value(KEY, base64(1)), refused),
  of('0.5.7', 'a key of 256 bytes', '4.2.1 (5)', value(KEY, base64(256)), refused),
  of('0.5.8', 'a key without its padding', '4.2.1 (5)', value(KEY, base64(16).slice(0, -2)), refused),
  of('0.5.9', 'a key with half its padding', '4.2.1 (5)', value(KEY, base64(16).slice(0, -1)), refused),
  of('0.5.10', 'a key with three characters of padding', '4.2.1 (5)', value(KEY, `${base64(16)}=`), refused),
  of(
    '0.5.11',
    'a key with a character that is none of base64',
    '4.2.1 (5)',
    value(KEY, `*${base64(16).slice(1)}`),
    refused,
  ),
  of(
    '0.5.12',
    'a key in the alphabet for URLs',
    '4.2.1 (5)',
    value(KEY, `-_${base64(16).slice(2)}`),
    refused,
  ),
  of(
    '0.5.13',
    'a key with a space in it',
    '4.2.1 (5)',
    value(KEY, `${base64(16).slice(0, 10)} ${base64(16).slice(11)}`),
    refused,
  ),
  of(
    '0.5.14',
    'two keys',
    '11.3.1',
    instead(KEY, [
      [KEY, base64(16)],
      [KEY, base64(16)],
    ]),
    refused,
  ),
  of('0.5.15', 'two keys in one header', '4.2.1 (5)', value(KEY, `${base64(16)}, ${base64(16)}`), refused),
  of(
    '0.5.16',
    'a key with bits behind its last byte',
    'RFC 4648, 3.5',
    value(KEY, 'AAAAAAAAAAAAAAAAAAAAAB=='),
    [101, 400],
  ),
  of(
    '0.5.17',
    'a key of every special character',
    '4.2.1 (5)',
    value(KEY, '+/+/+/+/+/+/+/+/+/+/+w=='),
    accepted,
  ),
  of(
    '0.5.18',
    'white space around the key',
    '4.2.1 (5); RFC 9110, 5.5',
    value(KEY, ` \t${base64(16)} \t`),
    accepted,
  ),
  of('0.6.1', 'no version', '4.2.1 (6)', without(VERSION), [400, 426]),
  of('0.6.2', 'version 8', '4.4', value(VERSION, '8'), [426], toldVersion),
  of('0.6.3', 'version 7', '4.4', value(VERSION, '7'), [426], toldVersion),
  of('0.6.4', 'version 12', '4.4', value(VERSION, '12'), [426], toldVersion),
  of('0.6.5', 'version 14', '4.4', value(VERSION, '14'), [426], toldVersion),
  of('0.6.6', 'version 0', '4.4', value(VERSION, '0'), [426], toldVersion),
  of('0.6.7', 'version 255', '4.4', value(VERSION, '255'), [426], toldVersion),
  of('0.6.8', 'a version that is no number', '4.3', value(VERSION, 'x'), [400, 426]),
  of('0.6.9', 'an empty version', '4.3', value(VERSION, ''), [400, 426]),
  of('0.6.10', 'version 013', '4.3', value(VERSION, '013'), [400, 426]),
  of('0.6.11', 'version 13.0', '4.3', value(VERSION, '13.0'), [400, 426]),
  of('0.6.12', 'two versions in one header', '4.3', value(VERSION, '13, 8'), [400, 426]),
  of(
    '0.6.13',
    'versions in two headers',
    '11.3.5',
    instead(VERSION, [
      [VERSION, '13'],
      [VERSION, '8'],
    ]),
    [400, 426],
  ),
  of('0.6.14', 'white space around the version', 'RFC 9110, 5.5', value(VERSION, ' 13\t'), accepted),
];

const answered = (subprotocol: string): Partial<HandshakeCase> => ({ headers: { [PROTOCOL]: subprotocol } });

const subprotocols: readonly HandshakeCase[] = [
  of(
    '0.7.1',
    'three subprotocols in one header',
    '4.2.2 (5); H6',
    value(PROTOCOL, `${V1}, ${V2}, ${V3}`),
    accepted,
    answered(V3),
  ),
  of(
    '0.7.2',
    'three subprotocols, the highest first',
    '4.2.2 (5); H6',
    value(PROTOCOL, `${V3}, ${V2}, ${V1}`),
    accepted,
    answered(V3),
  ),
  of(
    '0.7.3',
    'subprotocols in two headers',
    '11.3.4',
    instead(PROTOCOL, [
      [PROTOCOL, V2],
      [PROTOCOL, V1],
    ]),
    accepted,
    answered(V2),
  ),
  of(
    '0.7.4',
    'subprotocols in three headers, lists among them',
    '11.3.4',
    instead(PROTOCOL, [
      [PROTOCOL, 'mqtt'],
      [PROTOCOL, `${V1}, ${V3}`],
      [PROTOCOL, V2],
    ]),
    accepted,
    answered(V3),
  ),
  of(
    '0.7.5',
    'unknown subprotocols beside a known one',
    '4.2.2 (5)',
    value(PROTOCOL, `chat, ${V2}, superchat`),
    accepted,
    answered(V2),
  ),
  of('0.7.6', 'subprotocols without spaces', '4.3', value(PROTOCOL, `${V1},${V2}`), accepted, answered(V2)),
  of(
    '0.7.7',
    'subprotocols with tabs and spaces',
    'RFC 9110, 5.6.1',
    value(PROTOCOL, `${V1} \t,\t ${V2}`),
    accepted,
    answered(V2),
  ),
  of(
    '0.7.8',
    'empty elements in the list',
    'RFC 9110, 5.6.1.2',
    value(PROTOCOL, `, ${V2},,`),
    accepted,
    answered(V2),
  ),
  of('0.7.9', 'one subprotocol twice', '4.1 (10)', value(PROTOCOL, `${V3}, ${V3}`), [101, 400]),
  of('0.7.10', 'one lowest subprotocol', '4.2.2 (5)', value(PROTOCOL, V1), accepted, answered(V1)),
  of('0.7.11', 'only unknown subprotocols', '4.2.2 (5)', value(PROTOCOL, 'chat, superchat'), [101, 400], {
    headers: { [PROTOCOL]: null },
  }),
  of('0.7.12', 'no subprotocol', '4.2.2 (5)', without(PROTOCOL), [101, 400], {
    headers: { [PROTOCOL]: null },
  }),
  of('0.7.13', 'a subprotocol in capitals', '4.2.2 (5)', value(PROTOCOL, V3.toUpperCase()), [101, 400], {
    headers: { [PROTOCOL]: null },
  }),
];

const extensions: readonly HandshakeCase[] = [
  of('0.8.1', 'permessage-deflate is offered', '9.1', also(EXTENSIONS, 'permessage-deflate'), accepted, {
    headers: none,
  }),
  of(
    '0.8.2',
    'permessage-deflate is offered as Chromium does',
    'RFC 7692, 5.1',
    also(EXTENSIONS, 'permessage-deflate; client_max_window_bits'),
    accepted,
    { headers: none },
  ),
  of(
    '0.8.3',
    'several extensions are offered',
    '9.1',
    also(
      EXTENSIONS,
      'x-webkit-deflate-frame, permessage-deflate; server_no_context_takeover, foo; bar="b, az"',
    ),
    accepted,
    { headers: none },
  ),
  of(
    '0.8.4',
    'extensions in two headers',
    '11.3.2',
    instead('upgrade', [
      ['Upgrade', 'websocket'],
      [EXTENSIONS, 'foo'],
      [EXTENSIONS, 'permessage-deflate'],
    ]),
    accepted,
    { headers: none },
  ),
  of('0.8.5', 'an extension that breaks the grammar', '9.1', also(EXTENSIONS, ';;=,'), [101, 400], {
    headers: none,
  }),
  of(
    '0.8.6',
    'a compressed frame, although nothing was agreed',
    '5.2',
    also(EXTENSIONS, 'permessage-deflate'),
    accepted,
    { behind: [hex('c280 00000000')], expected: fails(1002) },
  ),
];

const half = ping('halves');

const headersAndPieces: readonly HandshakeCase[] = [
  of(
    '0.9.1',
    'header names in small letters',
    'RFC 9110, 5.1',
    (r) => written({ ...r, headers: r.headers.map(([name, text]) => [name.toLowerCase(), text]) }),
    accepted,
  ),
  of(
    '0.9.2',
    'header names in capitals',
    'RFC 9110, 5.1',
    (r) => written({ ...r, headers: r.headers.map(([name, text]) => [name.toUpperCase(), text]) }),
    accepted,
  ),
  of(
    '0.9.3',
    'headers in reverse order',
    'RFC 9110, 5.3',
    (r) => written({ ...r, headers: [...r.headers].reverse() }),
    accepted,
  ),
  of(
    '0.9.4',
    'no space behind the colons',
    'RFC 9112, 5',
    edited((text) => text.replaceAll(/^([\w-]+): /gm, '$1:')),
    accepted,
  ),
  of(
    '0.9.5',
    'spaces and tabs before the values, and spaces behind them',
    'RFC 9112, 5',
    edited((text) => text.replaceAll(/^([\w-]+): (.*)\r$/gm, '$1: \t $2  \r')),
    accepted,
  ),
  of(
    '0.9.6',
    'a space before a colon',
    'RFC 9112, 5.1',
    edited((text) => text.replace('Upgrade:', 'Upgrade :')),
    refused,
  ),
  of(
    '0.9.7',
    'a header folded over two lines',
    'RFC 9112, 5.2',
    edited((text) => text.replace('Upgrade: ', 'Upgrade:\r\n ')),
    [101, 400],
  ),
  of('0.9.8', 'lines ended by LF alone', 'RFC 9112, 2.2', (r) => written(r, '\n'), [101, 400]),
  of(
    '0.9.9',
    'a line that is no header',
    'RFC 9112, 5',
    edited((text) => text.replace('Upgrade:', 'no header here\r\nUpgrade:')),
    refused,
  ),
  of(
    '0.9.10',
    'a header without a name',
    'RFC 9112, 5',
    edited((text) => text.replace('Upgrade:', ': x\r\nUpgrade:')),
    refused,
  ),
  of('0.9.11', 'a NUL in a value', 'RFC 9110, 5.5', also('x-note', 'a\0b'), refused),
  of('0.9.12', 'a CR alone in a value', 'RFC 9110, 5.5', also('x-note', 'a\rb'), refused),
  of('0.9.13', 'a value with bytes above 127', 'RFC 9110, 5.5', also('x-note', 'caf\u00e9'), [101, 400]),
  of('0.9.14', 'an Origin, as a browser sends it', '4.2.1 (7)', also('Origin', 'http://localhost'), accepted),
  of('0.9.15', 'headers that nobody knows', '4.2.1', also('x-unknown', 'whatever'), accepted),
  of(
    '0.9.16',
    'fifty headers',
    '4.2.1',
    (r) =>
      written({
        ...r,
        headers: [...r.headers, ...Array.from({ length: 50 }, (_, i) => [`x-${i}`, `${i}`] as const)],
      }),
    accepted,
  ),
  of(
    '0.9.17',
    'headers without end',
    '10.4',
    edited((text) => text.replace('Upgrade:', `x-long: ${'x'.repeat(300_000)}\r\nUpgrade:`)),
    [400, 431, 'gone'],
  ),
  of('0.9.18', 'a Content-Length of nothing', 'RFC 9110, 8.6', also('Content-Length', '0'), [101, 400]),
  of('0.9.19', 'a Content-Length that is no number', 'RFC 9112, 6.3', also('Content-Length', 'x'), refused),
  of(
    '0.9.20',
    'chunked and a length at once',
    'RFC 9112, 6.1',
    edited((text) => text.replace('Upgrade:', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\nUpgrade:')),
    refused,
  ),
  of('0.10.1', 'a ping in one piece with the request', '5.5.2', right, accepted, {
    behind: [ping('at once')],
    expected: pongs('at once'),
  }),
  of('0.10.2', 'two pongs in one piece with the request', '5.5.3', right, accepted, {
    behind: [Buffer.concat([pong('a'), pong('b')])],
  }),
  of('0.10.3', 'half a frame in one piece with the request', '5.2', right, accepted, {
    behind: [half.subarray(0, 3), half.subarray(3)],
    expected: pongs('halves'),
  }),
  of('0.10.4', 'noise in one piece with the request', '5.2', right, accepted, {
    behind: [Buffer.alloc(16, 0xff)],
    expected: fails(1002),
  }),
  of('0.10.5', 'text in one piece with the request', 'W1', right, accepted, {
    behind: [hex('8180 00000000')],
    expected: closes(1003),
  }),
  of('0.10.6', 'a close frame in one piece with the request', '5.5.1', right, accepted, {
    behind: [hex('8882 00000000 03e8')],
    expected: answersClose(1000),
  }),
  of('0.11.1', 'what is no HTTP', 'RFC 9112, 3', () => 'HELLO\r\n\r\n', noHttp),
  of('0.11.2', 'bytes of no text at all', 'RFC 9112, 3', () => '\x01\x02\x03\x04\r\n\r\n', noHttp),
  of('0.11.3', 'a frame instead of a request', '4.1', () => '\x82\x80\x00\x00\x00\x00', noHttp),
  of('0.11.4', 'the preface of HTTP/2', 'RFC 9113, 3.4', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [
    400,
    505,
    'gone',
  ]),
];

export const handshakes: readonly HandshakeCase[] = [
  ...methodAndTarget,
  ...hostAndUpgrade,
  ...keyAndVersion,
  ...subprotocols,
  ...extensions,
  ...headersAndPieces,
];
