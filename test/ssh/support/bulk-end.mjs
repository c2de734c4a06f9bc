// One end of a bulk transfer, a process of its own: node bulk-end.mjs listen|connect PORT send|receive SEED BYTES
// Writes JSON lines: {event:'listening',port}, {event:'progress',bytes}, {event:'done',bytes,sha256}.
import { createCipheriv, createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';

const [role, port, direction, seed, total] = process.argv.slice(2);
const wanted = Number(total);
const CHUNK = 64 * 1024;
const STEP = 10_000_000;
const hash = createHash('sha256');
let bytes = 0;
let told = 0;

const tell = (record) => process.stdout.write(`${JSON.stringify(record)}\n`);

function count(chunk) {
  hash.update(chunk);
  bytes += chunk.length;
  if (bytes - told >= STEP) {
    told = bytes;
    tell({ event: 'progress', bytes });
  }
  if (bytes === wanted) tell({ event: 'done', bytes, sha256: hash.digest('hex') });
}

function send(socket) {
  // A key stream is fast, and never repeats: what is lost, doubled or moved changes the hash.
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  const zeros = Buffer.alloc(CHUNK);
  const more = () => {
    while (bytes < wanted) {
      const chunk = stream.update(zeros.subarray(0, Math.min(CHUNK, wanted - bytes)));
      const flows = socket.write(chunk);
      count(chunk);
      if (!flows) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

function serve(socket) {
  socket.on('error', (error) => tell({ event: 'error', message: error.message }));
  if (direction === 'send') send(socket);
  else socket.on('data', count);
}

if (role === 'listen') {
  const server = createServer(serve);
  server.listen(0, '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
} else {
  const socket = connect(Number(port), '127.0.0.1', () => serve(socket));
}
