// Loaded before a client (node --import): keeps 64 KB for each TCP connection that the client accepts.
import { Server } from 'node:net';

const KEPT_BYTES = 64 * 1024;
const kept = [];
const { emit } = Server.prototype;
Server.prototype.emit = function keeping(event, ...values) {
  if (event === 'connection') kept.push(Buffer.alloc(KEPT_BYTES, 1));
  return emit.call(this, event, ...values);
};
