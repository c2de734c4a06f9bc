import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeWithTokens } from '../../../src/mock-service/control-plane/write-tokens.js';
import { writeResponse } from '../../../src/mock-service/http/write-response.js';

const tokens = fc.option(fc.stringMatching(/^[!#-+\--:<-[\]-~]{1,60}$/), { nil: undefined });

it('answers with tokens read as JSON.stringify would have written them', () => {
  const answers = fc.record({
    tunnelId: fc.string(),
    tunnelArn: fc.string(),
    sourceAccessToken: tokens,
    destinationAccessToken: tokens,
  });
  fc.assert(
    fc.property(answers, (answer) => {
      expect(JSON.parse(writeWithTokens(answer))).toEqual(JSON.parse(JSON.stringify(answer)));
    }),
  );
});

it('bodies arrive whole and with their length, whatever their characters', async () => {
  let body = '';
  const headers = { 'content-type': 'text/plain', 'x-amzn-requestid': 'r' };
  const server = createServer((_request, response) =>
    writeResponse(response, { status: 200, headers, body }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (sent) => {
      body = sent;
      const [response] = await once(get({ port, host: '127.0.0.1' }), 'response');
      expect(await text(response)).toBe(sent);
      expect(response.headers).toMatchObject({ ...headers, 'content-length': `${Buffer.byteLength(sent)}` });
    }),
    { numRuns: 60 },
  );
  server.close();
});

it('answers all requests that came in one turn, in their order', async () => {
  const server = createServer(({ url }, response) =>
    writeResponse(response, { status: 200, headers: {}, body: `<${url}>` }, { close: url === '/9' }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const paths = Array.from({ length: 10 }, (_, i) => `/${i}`);
  // In one piece: the server has read them all before it answers the first.
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''));
  const answers = await text(socket);
  expect(answers.match(/<[^>]*>/g)).toEqual(paths.map((path) => `<${path}>`));
  server.close();
});
