import { once } from 'node:events';
import { createServer, get, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { type Answer, answerSocket, textAnswer, writeAnswer } from '../../../src/mock-service/http/index.js';
import { AdvanceableClock } from '../../../src/mock-service/kit/index.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const serve = (listener: RequestListener) => listen(createServer(listener));

it('bodies arrive whole and with their length, whatever their characters', async () => {
  let body = '';
  const headers = { 'content-type': 'text/plain', 'x-amzn-requestid': 'r' };
  const port = await serve((_request, response) => writeAnswer(response, { status: 200, headers, body }));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (sent) => {
      body = sent;
      const [response] = await once(get({ port, host: '127.0.0.1' }), 'response');
      expect(await text(response)).toBe(sent);
      expect(response.headers).toMatchObject({ ...headers, 'content-length': `${Buffer.byteLength(sent)}` });
    }),
    { numRuns: 60 },
  );
});

it('answers all requests that came in one turn, in their order', async () => {
  const port = await serve(({ url }, response) =>
    writeAnswer(response, { status: 200, headers: {}, body: `<${url}>` }, { close: url === '/9' }),
  );
  const socket = connect(port, '127.0.0.1');
  const paths = Array.from({ length: 10 }, (_, i) => `/${i}`);
  // In one piece: the server has read them all before it answers the first.
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''));
  const answers = await text(socket);
  expect(answers.match(/<[^>]*>/g)).toEqual(paths.map((path) => `<${path}>`));
});

it.each<Answer>([
  textAnswer(403, 'no: ä'),
  { status: 429, headers: { 'channel-id': 'c', 'x-status-reason': 'why' }, body: '' },
  { status: 204, headers: { 'cache-control': 'no-store' }, body: '' },
])('a refused upgrade on a bare socket gets the same answer as a request: $status', async (answer) => {
  const clock = new AdvanceableClock();
  const onResponse = await serve((_request, response) => {
    response.sendDate = false;
    writeAnswer(response, answer, { close: true });
  });
  const onSocket = await listen(createTcpServer((socket) => answerSocket(socket, answer, clock)));
  const [asResponse, asSocket] = await Promise.all([onResponse, onSocket].map(ask));
  expect(asSocket).toBe(asResponse);
});

async function ask(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  return text(socket);
}
