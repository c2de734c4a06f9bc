import fc from 'fast-check';
import { SAMPLE_KEY } from '../../support/raw-websocket.js';
import { runCases } from '../cases.js';
import type { Part } from '../part.js';
import { anyText, hexBytes, ofHex } from './inputs.js';
import { withTunnel } from './tunnel-sides.js';

/** Stands for the token of a side, which is not known before the tunnel is there. */
const TOKENS: Record<string, 'source' | 'destination'> = { $SOURCE: 'source', $DESTINATION: 'destination' };
const token = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Object.keys(TOKENS)) },
  { weight: 1, arbitrary: anyText },
);

const mode = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('source', 'destination') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('Source', '', 'source&local-proxy-mode=destination', '%73ource', '%'),
  },
);
const target = fc.oneof(
  { weight: 8, arbitrary: mode.map((value) => `/tunnel?local-proxy-mode=${value}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/tunnel', '/', '*', '//tunnel', 'http://x/tunnel', '/tunnel?%', '/mqtt'),
  },
  { weight: 1, arbitrary: token.map((text) => `/tunnel?local-proxy-mode=source&access-token=${text}`) },
);

/** The headers of a right handshake, each of which may be another, be there twice, or not at all. */
const header = (name: string, right: string, ...others: string[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<[string, string][]>([[name, right]]) },
    { weight: 1, arbitrary: fc.constant<[string, string][]>([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...others, '', 'x').map((value): [string, string][] => [[name, value]]),
    },
    { weight: 1, arbitrary: fc.constantFrom(right, ...others).map((value) => twice(name, right, value)) },
  );
const headers = fc
  .tuple(
    header('Host', 'localhost', 'evil.example', 'localhost:1', '[::1'),
    header('Upgrade', 'websocket', 'WebSocket', 'h2c', 'websocket, h2c'),
    header('Connection', 'Upgrade', 'keep-alive', 'close, upgrade', 'upgrade, keep-alive'),
    header('Sec-WebSocket-Key', SAMPLE_KEY, 'short', 'A'.repeat(4000)),
    header('Sec-WebSocket-Version', '13', '8', '13, 8'),
    header(
      'Sec-WebSocket-Protocol',
      'aws.iot.securetunneling-3.0',
      'aws.iot.securetunneling-1.0',
      'aws.iot.securedtunneling-2.0',
      'a, aws.iot.securetunneling-2.0',
      ',,',
    ),
    token.map((text): [string, string][] => [['access-token', text]]),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<[string, string][]>([]) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('a'.repeat(32), 'short', 'é', 'x'.repeat(129)).map(clientToken),
      },
      {
        weight: 1,
        arbitrary: token.map((text): [string, string][] => [['Cookie', `awsiot-tunnel-token=${text}`]]),
      },
      { weight: 1, arbitrary: fc.tuple(anyText, anyText).map((pair) => [pair]) },
      {
        weight: 1,
        arbitrary: fc.nat({ max: 5000 }).map((n): [string, string][] => [['x-filler', 'x'.repeat(n)]]),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('5', '-1', '1e9', '0')
          .map((n): [string, string][] => [['Content-Length', n]]),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('chunked', 'gzip')
          .map((n): [string, string][] => [['Transfer-Encoding', n]]),
      },
    ),
  )
  .map((groups) => groups.flat());

const input = fc.record({
  tls: fc.boolean(),
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constant('GET') },
    { weight: 1, arbitrary: fc.constantFrom('POST', 'CONNECT', 'get', '') },
  ),
  target,
  version: fc.oneof(
    { weight: 12, arbitrary: fc.constant('HTTP/1.1') },
    { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2.0', '') },
  ),
  headers,
  lineEnd: fc.oneof(
    { weight: 20, arbitrary: fc.constant('\r\n') },
    { weight: 1, arbitrary: fc.constantFrom('\n', '\r') },
  ),
  /** What comes right behind the request. */
  behind: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: hexBytes(200) }),
  cut: fc.oneof({ weight: 9, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat({ max: 400 }) }),
  again: fc.boolean(),
});

/** Upgrade requests, right and wrong, and two with the same token. */
export const handshakes: Part = {
  name: 'handshakes',
  run: (options) =>
    runCases(
      {
        name: 'handshakes',
        unit: 'handshakes',
        input,
        async run({ tls, method, target, version, headers, lineEnd, behind, cut, again }, subjects) {
          const service = await subjects.service();
          await withTunnel(service, ['SSH'], async (tunnel) => {
            const withTokens = (text: string) =>
              text.replace(/\$[A-Z]+/, (name) => (TOKENS[name] ? tunnel[TOKENS[name]] : name));
            const lines = headers.map(([name, value]) => `${name}: ${withTokens(value)}${lineEnd}`);
            const head = `${method} ${withTokens(target)} ${version}${lineEnd}${lines.join('')}${lineEnd}`;
            const bytes = Buffer.concat([Buffer.from(head), ofHex(behind)]);
            for (let i = again ? 2 : 1; i > 0; i--) {
              const socket = service.connect(tls);
              socket.write(cut < 0 ? bytes : bytes.subarray(0, cut));
              service.finish(socket);
              await service.check();
            }
          });
          return again ? 2 : 1;
        },
      },
      options,
    ),
};

function twice(name: string, first: string, second: string): [string, string][] {
  return [
    [name, first],
    [name, second],
  ];
}

function clientToken(value: string): [string, string][] {
  return [['client-token', value]];
}
