/**
 * A tunnel client on the WebSocket of `undici`, which is the one that browsers have, and `protobufjs`. Both modes, V2 and V3.
 *
 *     TUNNEL_TOKEN=... node client.mjs MODE URL VERSION MAPPINGS [CA]
 *
 * MODE is source or destination, URL is wss://host:port or ws://host:port, VERSION is V2 or V3, and MAPPINGS says where each
 * service is: SSH=5555,HTTP=5556 at a source, SSH=localhost:22 at a destination, or a bare port or address for a tunnel with one
 * service. The environment holds the access token, and TUNNEL_CLIENT_TOKEN where there is one.
 *
 * Its habits, which the protocol leaves open:
 * - a local proxy: ends when the tunnel is closed, comes back after every other loss;
 * - its applications learn of a close when TCP has ended, not before: undici tells it so;
 * - the ports it listens on stay open while it is away, and whoever connects then is turned away;
 * - no pings and no back-pressure from the service, since this WebSocket has neither: what a slow application has not taken waits
 *   in memory, and one that is more than 64 MiB behind is ended;
 * - it marks all that it sends as ignorable, in messages of 8 KiB at most;
 * - stream ids follow the clock, connection ids are even numbers;
 * - behind the last byte it ends its sending half, and closes when the application does, or after a second.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, WebSocket } from 'undici';
import { describeRequest, Frames, frame, Type } from './wire.mjs';

const RECONNECT_MS = 250;
const LONGEST_BACKOFF_MS = 2000;
const LINGER_MS = 1000;
const FLUSH_MS = 3000;
const CLOSING_MS = 2000;
const LARGEST_PAYLOAD = 8 * 1024;
const MUCH = 1024 * 1024;
const TOO_MUCH = 64 * MUCH;

const [mode, url, version, mappingText, ca] = process.argv.slice(2);
const mappings = new Map(mappingText.split(',').map(mapping));
const listeners = new Map();
let lastStreamId = 0;
/** The session of the WebSocket that is open, if one is. */
let session;

/** What lives as long as one WebSocket. */
class Session {
  streams = new Map();
  services = [];
  frames = new Frames();

  constructor(socket) {
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.receive(data));
  }

  receive(data) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    try {
      if (typeof data === 'string') throw new Error('a text message');
      for (const message of this.frames.push(Buffer.from(data))) this.handle(message);
    } catch (error) {
      this.endAll();
      this.socket.close(3000, error.message.slice(0, 100));
    }
  }

  handle(message) {
    if (message.type === Type.SERVICE_IDS) return this.learn(message.availableServiceIds);
    if (message.type === Type.SESSION_RESET) return this.endAll();
    const isOnly = message.serviceId === '' && this.services.length === 1;
    const service = isOnly ? this.services[0] : message.serviceId;
    if (message.type === Type.STREAM_START) return this.startStream(message, service);
    const stream = this.streams.get(service);
    if (stream?.id !== message.streamId) return; // stale
    const number = stream.numbered ? message.connectionId || stream.first : 0;
    const connection = stream.connections.get(number);
    const isNumbered = stream.numbered && message.type > Type.SERVICE_IDS;
    if (message.type === Type.DATA) this.deliver(connection, message.payload);
    else if (message.type === Type.STREAM_RESET) this.endStream(stream);
    else if (message.type === Type.CONNECTION_RESET && isNumbered) this.end(connection);
    else if (message.type === Type.CONNECTION_START && isNumbered) this.startConnection(stream, number);
    else if (!message.ignorable) {
      this.send(Type.STREAM_RESET, stream);
      this.endStream(stream);
    }
  }

  learn(services) {
    this.services = services;
    if (mode === 'source') {
      for (const service of services) listen(service, addressOf(service, services));
      return;
    }
    const unknown = services.find((service) => addressOf(service, services) === undefined);
    if (unknown !== undefined && this.streams.size === 0) stop(1, `no address is known for ${unknown}`);
  }

  /** An application has connected to a source. */
  accepted(service, application) {
    let stream = this.streams.get(service);
    const isBusy = stream !== undefined && stream.connections.size > 0;
    if (isBusy && !stream.numbered) return application.destroy(); // one at a time before V3
    if (!isBusy) stream = this.addStream(service, service, newStreamId(), version === 'V3');
    if (stream.numbered) stream.last += 2;
    const connection = this.add(stream, stream.last, application);
    this.send(isBusy ? Type.CONNECTION_START : Type.STREAM_START, stream, connection.number);
    this.carry(connection);
  }

  startStream({ streamId, serviceId, connectionId }, service) {
    if (mode === 'source') throw new Error('STREAM_START at a source');
    const old = this.streams.get(service);
    if (old !== undefined) this.endStream(old);
    const stream = this.addStream(service, serviceId, streamId, version === 'V3' && connectionId !== 0);
    if (addressOf(service, this.services) !== undefined)
      this.dial(stream, stream.numbered ? connectionId : 0, true);
    else {
      this.send(Type.STREAM_RESET, stream);
      this.endStream(stream);
    }
  }

  startConnection(stream, number) {
    const live = stream.connections.get(number);
    if (mode === 'destination' && live === undefined) return this.dial(stream, number, false);
    this.send(Type.CONNECTION_RESET, stream, number);
    if (mode === 'source') this.end(live);
  }

  dial(stream, number, isFirst) {
    const application = connect({ ...addressOf(stream.service, this.services), allowHalfOpen: true });
    const connection = this.add(stream, number, application);
    const refused = () => {
      if (!this.end(connection)) return;
      this.send(isFirst ? Type.STREAM_RESET : Type.CONNECTION_RESET, stream, number);
      if (isFirst) this.endStream(stream);
    };
    application.once('error', refused);
    application.once('connect', () => {
      application.off('error', refused);
      this.carry(connection);
    });
  }

  carry(connection) {
    const { application, stream, number } = connection;
    application.setNoDelay(true);
    application.on('data', (chunk) => {
      if (connection.isOver) return;
      for (let at = 0; at < chunk.length; at += LARGEST_PAYLOAD)
        this.send(Type.DATA, stream, number, chunk.subarray(at, at + LARGEST_PAYLOAD));
      this.holdBack(application);
    });
    application.on('error', () => this.endedHere(connection));
    application.on('end', () => this.endedHere(connection));
    application.on('close', () => this.endedHere(connection));
  }

  /** Reads no more from an application than the service takes. */
  async holdBack(application) {
    if (this.socket.bufferedAmount < MUCH || application.isPaused()) return;
    application.pause();
    while (this.socket.bufferedAmount >= MUCH && this.socket.readyState === WebSocket.OPEN) await pause(5);
    application.resume();
  }

  deliver(connection, payload) {
    if (payload.length > 0) connection?.application.write(payload);
    if (connection?.application.writableLength > TOO_MUCH) this.endedHere(connection);
  }

  /** The peer is told, once. */
  endedHere(connection) {
    const { stream, number } = connection;
    if (this.end(connection))
      this.send(stream.numbered ? Type.CONNECTION_RESET : Type.STREAM_RESET, stream, number);
  }

  addStream(service, spelt, id, numbered) {
    const stream = { service, spelt, id, numbered, first: undefined, last: 0, connections: new Map() };
    this.streams.set(service, stream);
    return stream;
  }

  add(stream, number, application) {
    const connection = { stream, number, application, isOver: false };
    stream.first ??= number; // what a V2 peer means, which sends no numbers
    stream.connections.set(number, connection);
    return connection;
  }

  /** Ends a connection behind what was received for it; true for whoever ends it first. */
  end(connection) {
    if (connection === undefined || connection.isOver) return false;
    const { stream, number, application } = connection;
    connection.isOver = true;
    stream.connections.delete(number);
    if (!stream.numbered && this.streams.get(stream.service) === stream) this.streams.delete(stream.service);
    application.on('error', () => {});
    if (application.connecting) application.destroy();
    const giveUp = setTimeout(() => application.destroy(), FLUSH_MS);
    application.once('close', () => clearTimeout(giveUp));
    application.resume();
    application.end(() => setTimeout(() => application.destroy(), application.readableEnded ? 0 : LINGER_MS));
    return true;
  }

  endStream(stream) {
    for (const connection of stream.connections.values()) this.end(connection);
    if (this.streams.get(stream.service) === stream) this.streams.delete(stream.service);
  }

  endAll() {
    for (const stream of this.streams.values()) this.endStream(stream);
  }

  send(type, { id, spelt }, connectionId = 0, payload = undefined) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(frame({ type, streamId: id, serviceId: spelt, connectionId, payload, ignorable: true }));
  }
}

/** A port for a service, for good; without an address the system picks one. */
function listen(service, address = { host: '127.0.0.1', port: 0 }) {
  if (listeners.has(service)) return;
  const server = createServer({ allowHalfOpen: true }, (application) => {
    application.on('error', () => {});
    if (session?.services.includes(service)) session.accepted(service, application);
    else application.destroy();
  });
  listeners.set(service, server);
  server.listen(address, () => console.log(`${service} listens on ${server.address().port}`));
}

function addressOf(service, services) {
  return mappings.get(service) ?? (services.length === 1 ? mappings.get('') : undefined);
}

function newStreamId() {
  lastStreamId = Math.max(lastStreamId + 1, Date.now() % 2 ** 31);
  return lastStreamId;
}

function mapping(text) {
  const [service, address] = text.includes('=') ? text.split('=') : ['', text];
  const [port, host = '127.0.0.1'] = address.split(':').reverse();
  return [service, { host, port: Number(port) }];
}

function stop(status, why) {
  console.error(why);
  process.exit(status);
}

/** One WebSocket, from its handshake to its end. */
async function run() {
  let status;
  const agent = new Agent({ connect: ca ? { ca: readFileSync(ca) } : {} });
  const dispatcher = agent.compose(describeRequest((seen) => (status = seen)));
  const headers = { 'access-token': process.env.TUNNEL_TOKEN };
  if (process.env.TUNNEL_CLIENT_TOKEN) headers['client-token'] = process.env.TUNNEL_CLIENT_TOKEN;
  const protocols = [`aws.iot.securetunneling-${version[1]}.0`];
  const socket = new WebSocket(`${url}/tunnel?local-proxy-mode=${mode}`, { protocols, headers, dispatcher });
  session = new Session(socket);
  const code = await new Promise((resolve) => {
    socket.addEventListener('error', () => {});
    socket.addEventListener('open', () => socket.protocol === protocols[0] || socket.close());
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  session.endAll();
  session = undefined;
  await agent.destroy();
  return { code, status };
}

process.once('SIGTERM', () => {
  if (session?.socket.readyState !== WebSocket.OPEN) process.exit(0);
  session.socket.addEventListener('close', () => process.exit(0));
  session.socket.close(1000);
  setTimeout(() => process.exit(0), CLOSING_MS);
});

for (let backoff = RECONNECT_MS; ; ) {
  const { code, status } = await run();
  if (code === 1000) stop(0, 'the tunnel is closed');
  if (status >= 400 && status < 500) stop(1, `the service answered ${status}`);
  const isTrouble = status >= 500;
  backoff = isTrouble ? Math.min(LONGEST_BACKOFF_MS, backoff * (1.5 + Math.random() / 2)) : RECONNECT_MS;
  console.error(`lost: ${status ?? code}`);
  await pause(backoff);
}
