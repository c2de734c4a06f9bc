import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { AppSocket } from '../../src/scenario-runner/trial/app-socket.js';
import { Queue } from '../../src/scenario-runner/trial/queue.js';
import { race } from '../../src/scenario-runner/trial/race.js';
import { Transcript } from '../../src/scenario-runner/trial/transcript.js';

it('takes nothing once it was given up', () => {
  const queue = new Queue<number>();
  queue.take().giveUp();
  queue.push(1);
  expect(queue.untaken).toEqual([1]);
});

it('is given up through all that was derived from it', () => {
  const queue = new Queue<number>();
  const derived = queue
    .take()
    .then((value) => value + 1)
    .then((value) => value + 1);
  derived.giveUp();
  queue.push(1);
  expect(queue.untaken).toEqual([1]);
});

it('is given up where it loses a race', async () => {
  const queue = new Queue<number>();
  expect(await race([queue.take(), Promise.resolve('first')])).toBe('first');
  queue.push(1);
  expect(queue.untaken).toEqual([1]);
});

it('gives up all that is in a race that is given up', () => {
  const [one, other] = [new Queue<number>(), new Queue<number>()];
  race([one.take(), other.take()]).giveUp();
  one.push(1);
  other.push(2);
  expect([one.untaken, other.untaken]).toEqual([[1], [2]]);
});

it('leaves bytes that came too late to the next who asks for them', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [socket] = await accepted;
  const app = new AppSocket(socket, 'app', new Transcript());
  app.arrives(3).giveUp();
  const next = app.arrives(2);
  client.write('abc');
  expect((await next).toString()).toBe('ab');
  expect((await app.arrives(1)).toString()).toBe('c');
  client.destroy();
  server.close();
});
