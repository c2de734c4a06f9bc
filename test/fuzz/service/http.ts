import fc from 'fast-check';
import { runCases } from '../cases.js';
import type { Part } from '../part.js';
import { anyText, hexBytes, ofHex } from './inputs.js';

const PATHS = [
  '/',
  '/admin/tunnels',
  '/admin/health',
  '/things/lamp',
  '/set-cookie',
  '/endpoint',
  '/tunnel',
  '/admin/events',
];
const target = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PATHS) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...PATHS), anyText).map(([path, text]) => `${path}${text}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '*',
      'http://localhost/',
      'localhost:443',
      'x:y',
      '//',
      '/%',
      '/%ff',
      '/admin/../admin',
    ),
  },
);

/** What frames a body: right, lacking, twice, or against each other. */
const framing = fc.oneof(
  { weight: 4, arbitrary: fc.constant('right') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'Content-Length: 5\r\nContent-Length: 6\r\n',
      'Content-Length: -1\r\n',
      'Content-Length: 99999999999\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n',
      'Transfer-Encoding: identity\r\n',
      'Expect: 100-continue\r\nContent-Length: 10\r\n',
      'Connection: close\r\n',
      '',
    ),
  },
);
const header = fc.oneof(
  fc.constantFrom(
    'Host: localhost',
    'Host: localhost\r\nHost: other',
    'Host:',
    'Host: evil.example',
    'Origin: https://evil.example',
    'Origin: null',
    'X-Amz-Target: IoTSecuredTunneling.OpenTunnel',
    'Content-Type: application/x-amz-json-1.1',
    'Accept-Encoding: gzip',
    'Connection: Upgrade\r\nUpgrade: h2c',
    ' folded: value',
    'no colon',
    'name : value',
  ),
  fc.tuple(anyText, anyText).map(([name, value]) => `${name}: ${value}`),
  fc.nat({ max: 300 }).map((count) => Array.from({ length: count }, (_, i) => `x-${i}: y`).join('\r\n')),
);

const request = fc.record({
  method: fc.constantFrom(
    'GET',
    'POST',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'HEAD',
    'TRACE',
    'CONNECT',
    'M-SEARCH',
  ),
  target,
  version: fc.oneof(
    { weight: 12, arbitrary: fc.constant('1.1') },
    { weight: 1, arbitrary: fc.constantFrom('1.0', '0.9', '9.9', '') },
  ),
  host: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  headers: fc.array(header, { maxLength: 3 }),
  framing,
  body: fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom('{}', '{"services":["SSH"]}', '5\r\nhello\r\n0\r\n\r\n', 'ffffffffffff\r\n')
        .map(hexOf),
    },
    { weight: 2, arbitrary: hexBytes(80) },
  ),
});

const input = fc.record({
  tls: fc.boolean(),
  requests: fc.array(request, { minLength: 1, maxLength: 5 }),
  /** Bytes before it all, which are no HTTP and perhaps no TLS. */
  before: fc.oneof(
    { weight: 9, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.oneof(hexBytes(30), fc.constant('160301')) },
  ),
  reads: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

/** HTTP requests, pipelined, well framed and badly, to every door of the service. */
export const http: Part = {
  name: 'http',
  run: (options) =>
    runCases(
      {
        name: 'http',
        unit: 'requests',
        input,
        async run({ tls, requests, before, reads }, subjects) {
          const service = await subjects.service();
          const socket = service.connect(tls);
          if (!reads) socket.stopReading();
          socket.write(ofHex(before));
          for (const each of requests) socket.write(bytesOf(each));
          await service.check();
          service.finish(socket);
          await service.check();
          return requests.length;
        },
      },
      options,
    ),
};

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}

type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

function bytesOf({ method, target, version, host, headers, framing, body }: Request): Buffer {
  const content = ofHex(body);
  const length = content.length > 0 ? `Content-Length: ${content.length}\r\n` : '';
  const lines = [`${method} ${target} HTTP/${version}`, ...(host ? ['Host: localhost'] : []), ...headers];
  return Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n${framing === 'right' ? length : framing}\r\n`),
    content,
  ]);
}
