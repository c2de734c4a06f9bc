import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { peek } from '../../../src/mock-service/port/peek.js';

it('sees all that has come, in however many pieces, and leaves it in the connection', async () => {
  const connection = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  connection.push(Buffer.from('ab'));
  connection.push(Buffer.from('cd'));
  const options = {
    judge: (bytes: Buffer) => (bytes.length < 4 ? undefined : bytes.toString()),
    ...{ otherwise: 'too much', maxBytes: 100, timeoutMs: 1000 },
  };
  const verdict = await new Promise((resolve, reject) => {
    connection.once('close', () => reject(new Error('it was given up')));
    peek(connection, options, resolve);
  });
  expect(verdict).toBe('abcd');
  expect(connection.readableLength).toBe(4);
  connection.destroy();
});
