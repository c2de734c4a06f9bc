#!/usr/bin/python3
"""A tunnel client on asyncio and the `websockets` library (Debian: python3-websockets). Both modes, V2 and V3.

    TUNNEL_TOKEN=... client.py MODE URL VERSION MAPPINGS [CA]

MODE is source or destination, URL is wss://host:port or ws://host:port, VERSION is V2 or V3, and MAPPINGS says where each
service is: SSH=5555,HTTP=5556 at a source, SSH=localhost:22 at a destination, or a bare port or address for a tunnel with one
service. The environment holds the access token, and TUNNEL_CLIENT_TOKEN where there is one.

Its habits, which the protocol leaves open:
- a local proxy: it compares services with its mappings, ends when the tunnel is closed, comes back after every other loss;
- after the closing handshake it waits for the service to close TCP, and its applications wait with it (the library does so);
- it listens only once it has SERVICE_IDS, and only while it is connected;
- stream ids are random, connections are counted from 1;
- it sends one WebSocket message for each tunnel message, and no pings;
- it holds up to 16 MiB for an application that does not read, then stops reading from the service;
- at the end of a connection it ends its sending half and lets the application finish, for three seconds.
"""
import asyncio
import contextlib
import os
import random
import signal
import ssl
import sys

import websockets

from wire import (CONNECTION_RESET, CONNECTION_START, DATA, SERVICE_IDS, SESSION_RESET, STREAM_RESET, STREAM_START,
                  FrameReader, Message, frame)

RECONNECT_SECONDS = 0.3
LONGEST_BACKOFF_SECONDS = 2
READ_BYTES = 16 * 1024
HELD_BYTES = 16 * 1024 * 1024
LINGER_SECONDS = 3
CLOSING_SECONDS = 1.5


class ProtocolError(Exception):
    """The peer broke a rule in a way that ends the WebSocket."""


class Stream:
    def __init__(self, service, wire_service, stream_id, numbered):
        self.service = service
        self.wire_service = wire_service  # as STREAM_START spelt it: absent from a V1 peer
        self.id = stream_id
        self.numbered = numbered  # with connection ids (V3)
        self.connections = {}


class Connection:
    """One TCP connection. Bytes from the tunnel wait in `inbox` for the application."""

    def __init__(self, stream, number):
        self.stream = stream
        self.number = number
        self.inbox = asyncio.Queue()  # None ends it
        self.held = 0
        self.moved = asyncio.Event()
        self.over = asyncio.Event()  # its end is known to both sides: what the application still writes is dropped


class Session:
    """What lives as long as one WebSocket."""

    def __init__(self, options, socket):
        self.options = options
        self.socket = socket
        self.streams = {}  # by service
        self.services = []
        self.tasks = set()
        self.servers = {}

    async def run(self):
        reader = FrameReader()
        try:
            async for data in self.socket:
                if isinstance(data, str):
                    return await self.fail(1003, "text message")
                for body in reader.push(data):
                    await self.handle(Message.decode(body))
        except (ProtocolError, ValueError) as error:
            await self.fail(1002, str(error)[:100])
        finally:
            await self.end_all()
            if self.tasks:
                await asyncio.wait(self.tasks, timeout=1)
            for task in self.tasks:
                task.cancel()

    async def fail(self, code, reason):
        await self.end_all()
        await self.socket.close(code, reason)

    async def end_all(self):
        for server in self.servers.values():
            server.close()
        for stream in list(self.streams.values()):
            await self.end(stream)

    async def handle(self, message):
        if message.type == SERVICE_IDS:
            return await self.learn(message.services)
        if message.type == SESSION_RESET:
            for stream in list(self.streams.values()):
                await self.end(stream)
            return
        service = message.service or (self.services[0] if len(self.services) == 1 else "")
        if message.type == STREAM_START:
            return await self.start_stream(message, service)
        stream = self.streams.get(service)
        if stream is None or stream.id != message.stream:
            return  # stale
        number = (message.connection or 1) if stream.numbered else 0
        connection = stream.connections.get(number)
        if message.type == DATA:
            if connection is not None:
                await self.deliver(connection, message.payload)
        elif message.type == STREAM_RESET:
            await self.end(stream)
        elif message.type == CONNECTION_RESET and stream.numbered:
            if connection is not None:
                await self.end_connection(connection)
        elif message.type == CONNECTION_START and stream.numbered:
            await self.start_connection(stream, number)
        elif not message.ignorable:
            await self.send(STREAM_RESET, stream)
            await self.end(stream)

    async def learn(self, services):
        self.services = services
        mappings = self.options.mappings
        if "" in mappings and len(services) == 1:
            mappings = {services[0]: mappings[""]}
        if self.options.mode == "destination":
            missing = [service for service in services if service not in mappings]
            if missing and not self.streams:
                raise SystemExit(f"no address is known for {', '.join(missing)}")
            self.targets = mappings
            return
        for service in services:
            if service in self.servers:
                continue
            host, port = mappings.get(service, ("127.0.0.1", 0))
            accept = lambda reader, writer, service=service: self.accepted(service, reader, writer)
            self.servers[service] = await asyncio.start_server(accept, host, port)
            print(f"{service} listens on {self.servers[service].sockets[0].getsockname()[1]}", flush=True)

    # Source

    async def accepted(self, service, reader, writer):
        self.tasks.add(asyncio.current_task())
        stream = self.streams.get(service)
        if stream is not None and stream.connections and not stream.numbered:
            writer.close()  # before V3 a service has one connection at a time
            return
        numbered = self.options.version == "V3"
        if stream is None or not stream.connections:
            stream = self.streams[service] = Stream(service, service, random.randint(1, 2**31 - 1), numbered)
            connection = self.add_connection(stream, 1 if numbered else 0)
            await self.send(STREAM_START, stream, connection.number)
        else:
            connection = self.add_connection(stream, max(stream.connections) + 1)
            await self.send(CONNECTION_START, stream, connection.number)
        await self.carry(connection, reader, writer)

    # Destination

    async def start_stream(self, message, service):
        if self.options.mode == "source":
            raise ProtocolError("STREAM_START at a source")
        old = self.streams.pop(service, None)
        if old is not None:
            await self.end(old)
        numbered = self.options.version == "V3" and message.connection != 0
        stream = Stream(service, message.service, message.stream, numbered)
        if service not in self.targets:
            await self.send(STREAM_RESET, stream)
            return
        self.streams[service] = stream
        self.dial(self.add_connection(stream, message.connection if numbered else 0), STREAM_RESET)

    async def start_connection(self, stream, number):
        if number in stream.connections or self.options.mode == "source":
            await self.send(CONNECTION_RESET, stream, number)
            if self.options.mode == "source" and number in stream.connections:
                await self.end_connection(stream.connections[number])
        else:
            self.dial(self.add_connection(stream, number), CONNECTION_RESET)

    def dial(self, connection, failure):
        async def dialled():
            try:
                reader, writer = await asyncio.open_connection(*self.targets[connection.stream.service])
            except OSError:
                if not connection.over.is_set():
                    self.forget(connection, whole_stream=failure == STREAM_RESET)
                    await self.send(failure, connection.stream, connection.number)
                return
            await self.carry(connection, reader, writer)

        self.tasks.add(asyncio.create_task(dialled()))

    # Both

    def add_connection(self, stream, number):
        connection = stream.connections[number] = Connection(stream, number)
        return connection

    async def carry(self, connection, reader, writer):
        """Moves bytes until either side ends the connection; then what was received before is flushed."""
        self.tasks = {task for task in self.tasks if not task.done()}
        up = asyncio.create_task(self.upwards(connection, reader))
        down = asyncio.create_task(self.downwards(connection, writer))
        try:
            await connection.over.wait()
            await asyncio.wait({up, down}, timeout=LINGER_SECONDS)
        finally:
            up.cancel()
            down.cancel()
            writer.close() if down.done() else writer.transport.abort()

    async def upwards(self, connection, reader):
        with contextlib.suppress(OSError):
            while payload := await reader.read(READ_BYTES):
                if not connection.over.is_set():
                    await self.send(DATA, connection.stream, connection.number, payload)
        await self.ended_here(connection)

    async def downwards(self, connection, writer):
        try:
            while (payload := await connection.inbox.get()) is not None:
                writer.write(payload)
                await writer.drain()
                connection.held -= len(payload)
                connection.moved.set()
            writer.write_eof()
        except OSError:
            await self.ended_here(connection)

    async def ended_here(self, connection):
        """The application closed, or cannot be written to: the peer is told, once."""
        if connection.over.is_set():
            return
        kind = CONNECTION_RESET if connection.stream.numbered else STREAM_RESET
        await self.end_connection(connection)
        await self.send(kind, connection.stream, connection.number)

    async def deliver(self, connection, payload):
        connection.inbox.put_nowait(payload)
        connection.held += len(payload)
        while connection.held > HELD_BYTES and not connection.over.is_set():
            connection.moved.clear()
            await connection.moved.wait()

    async def end(self, stream):
        self.streams.pop(stream.service, None)
        for connection in list(stream.connections.values()):
            await self.end_connection(connection)

    async def end_connection(self, connection):
        connection.over.set()
        connection.moved.set()
        connection.inbox.put_nowait(None)
        self.forget(connection, whole_stream=not connection.stream.numbered)

    def forget(self, connection, whole_stream):
        connection.stream.connections.pop(connection.number, None)
        service = connection.stream.service
        if whole_stream and self.streams.get(service) is connection.stream:
            del self.streams[service]

    async def send(self, kind, stream, number=0, payload=b""):
        message = Message(kind, stream.id, stream.wire_service, number, payload)
        with contextlib.suppress(websockets.ConnectionClosed):
            await self.socket.send(frame(message.encode()))


class Options:
    def __init__(self, mode, url, version, mappings, ca=None):
        self.mode, self.version = mode, version
        self.url = f"{url}/tunnel?local-proxy-mode={mode}"
        self.tls = ssl.create_default_context(cafile=ca or None) if url.startswith("wss:") else None
        self.headers = {"access-token": os.environ["TUNNEL_TOKEN"]}
        if os.environ.get("TUNNEL_CLIENT_TOKEN"):
            self.headers["client-token"] = os.environ["TUNNEL_CLIENT_TOKEN"]
        self.mappings = dict(self.mapping(each) for each in mappings.split(","))

    @staticmethod
    def mapping(text):
        service, _, address = text.rpartition("=")
        host, _, port = address.rpartition(":")
        return service, (host or "127.0.0.1", int(port))


async def main(options):
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    tunnel, stop = asyncio.create_task(keep_connected(options)), asyncio.create_task(stopping.wait())
    await asyncio.wait({tunnel, stop}, return_when=asyncio.FIRST_COMPLETED)
    while not tunnel.done():
        tunnel.cancel()  # more than once: asyncio.wait_for, before Python 3.12, may swallow it
        await asyncio.wait({tunnel}, timeout=0.5)
    return "asked to stop" if tunnel.cancelled() else tunnel.result()


async def keep_connected(options):
    subprotocol = f"aws.iot.securetunneling-{options.version[1]}.0"
    backoff = RECONNECT_SECONDS
    while True:
        wait = RECONNECT_SECONDS
        try:
            connecting = websockets.connect(options.url, subprotocols=[subprotocol], extra_headers=options.headers,
                                            ssl=options.tls, ping_interval=None, compression=None, max_size=2**24,
                                            close_timeout=CLOSING_SECONDS)
            async with connecting as socket:
                if socket.subprotocol == subprotocol:
                    backoff = RECONNECT_SECONDS
                    await Session(options, socket).run()
            if socket.close_code == 1000:
                return "the tunnel is closed"
        except websockets.InvalidStatusCode as error:
            if error.status_code < 500:
                sys.exit(f"the service refused: {error.status_code}")
            wait = backoff = min(LONGEST_BACKOFF_SECONDS, backoff * random.uniform(1.5, 2))
        except (OSError, EOFError, asyncio.TimeoutError, websockets.WebSocketException) as error:
            print(f"lost: {error}", file=sys.stderr)
        await asyncio.sleep(wait)


if __name__ == "__main__":
    print(asyncio.run(main(Options(*sys.argv[1:]))))
