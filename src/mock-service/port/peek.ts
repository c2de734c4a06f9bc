import type { Duplex } from 'node:stream';

export interface PeekOptions<T> {
  /** Asked with all that came so far; undefined: it takes more to say. */
  readonly judge: (bytes: Buffer) => T | undefined;
  /** The verdict where this many bytes came and `judge` still could not say. */
  readonly otherwise: T;
  readonly maxBytes: number;
  /** A connection that does not say enough in this time is ended, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Looks at the first bytes of a connection and leaves them in it.
 * @param take gets the verdict, and answers for the connection from then on.
 */
export function peek<T>(connection: Duplex, options: PeekOptions<T>, take: (verdict: T) => void): void {
  const { judge, otherwise, maxBytes, timeoutMs } = options;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const giveUp = () => connection.destroy();
  const timer = setTimeout(giveUp, timeoutMs);
  const forget = (): void => {
    clearTimeout(timer);
    connection.off('readable', look);
  };
  const look = (): void => {
    // The end of the connection is told in the same way as bytes.
    if (connection.readableLength === 0) return void connection.destroy();
    // Since Node 26 one read gives one piece of what has come.
    while (connection.readableLength > 0) {
      const chunk: Buffer = connection.read();
      chunks.push(chunk);
      bytes += chunk.length;
    }
    const said = Buffer.concat(chunks);
    const verdict = judge(said) ?? (bytes >= maxBytes ? otherwise : undefined);
    if (verdict === undefined) return;
    forget();
    connection.off('close', forget);
    connection.unshift(said);
    take(verdict);
    connection.off('error', giveUp);
  };
  connection.on('error', giveUp);
  connection.once('close', forget);
  connection.on('readable', look);
}
