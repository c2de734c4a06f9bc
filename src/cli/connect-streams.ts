import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ClientError } from '../clients/index.js';

/**
 * Copies stdin to the stream and the stream to stdout until the peer closes. The end of stdin is passed on, and bytes
 * that the peer sends after it are still copied. If the reader of stdout is gone, the connection ends.
 * @throws {ClientError} if the connection is lost, or the destination closes it without sending anything.
 */
export async function joinStandardStreams(stream: Duplex): Promise<void> {
  const { stdin, stdout } = process;
  let received = 0;
  let inputEnded = false;
  stream.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  stdin.on('end', () => {
    inputEnded = true;
  });
  stdin.on('error', () => stream.end());
  stdin.pipe(stream);
  stream.pipe(stdout);
  try {
    await finished(stream, { writable: false });
  } finally {
    stdin.unpipe(stream);
    stdin.destroy();
    stream.destroy();
  }
  // S4: a destination that cannot dial can only close the connection.
  if (received === 0 && !inputEnded) {
    throw new ClientError(
      'SERVICE_UNREACHABLE',
      'the destination closed the connection at once: check that it is connected and that its service listens',
    );
  }
}
