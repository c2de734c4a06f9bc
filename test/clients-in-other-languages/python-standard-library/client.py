#!/usr/bin/python3
"""A tunnel client on nothing but Python's standard library, in one thread. Both modes, V1, V2 and V3.

    TUNNEL_TOKEN=... client.py MODE URL VERSION MAPPINGS [CA]

MODE is source or destination, URL is wss://host:port or ws://host:port, VERSION is V1, V2 or V3, and MAPPINGS says where each
service is: SSH=5555,HTTP=5556 at a source, SSH=localhost:22 at a destination, or a bare port or address for a tunnel with one
service. The environment holds the access token, and TUNNEL_CLIENT_TOKEN where there is one.

Its habits, which the protocol leaves open:
- a local proxy: ends when the tunnel is closed, comes back after every other loss, dies of SIGTERM as any program does;
- it closes first: behind its close frame, or its answer to one, it closes TCP at once;
- it listens from its start to its end: applications that come while it is away wait in the queue of the system;
- stream ids are random and may be negative, connection ids are large;
- its WebSocket messages are fragmented, its protobuf numbers padded, and the fields in an order of their own;
- a stuck application stops the whole tunnel after a megabyte; no pings;
- the end of a connection closes its socket at once, behind what was received before.
"""
import os
import random
import selectors
import socket
import ssl
import sys
import time
from urllib.parse import urlsplit

from wire import (CLOSE, CONNECTION_RESET, CONNECTION_START, DATA, PING, PONG, SERVICE_IDS, SESSION_RESET, STREAM_RESET,
                  STREAM_START, FrameReader, Message, Refused, Violation, check_response, fragments, request,
                  web_socket_frame)

RECONNECT_SECONDS = 0.25
LONGEST_BACKOFF_SECONDS = 2
TIMEOUT_SECONDS = 10
FLUSH_SECONDS = 3
MUCH = 1024 * 1024
NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Channel:
    """A socket that never blocks. `receive` is given what comes, `ended` is called once when the other side has ended it."""

    def __init__(self, selector, sock, receive, ended, is_connected=True):
        self.selector, self.sock, self.receive, self.ended = selector, sock, receive, ended
        self.is_connected = is_connected
        self.out = bytearray()
        self.reads = True
        self.closes_at = None  # when it closes even if not all was taken
        sock.setblocking(False)
        self.events = 0
        self.watch()

    def watch(self):
        writes = bool(self.out) or not self.is_connected
        events = (self.reads and self.is_connected) * selectors.EVENT_READ | writes * selectors.EVENT_WRITE
        if self.sock.fileno() < 0 or events == self.events:
            return
        if self.events:
            self.selector.unregister(self.sock)
        if events:
            self.selector.register(self.sock, events, self.ready)
        self.events = events

    def ready(self, events):
        if not self.is_connected:
            if self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return self.fail()
            self.is_connected = True
        if events & selectors.EVENT_WRITE:
            self.flush()
        if events & selectors.EVENT_READ:
            self.read()

    def read(self):
        try:
            while self.reads and self.sock.fileno() >= 0:  # TLS may hold more than the selector knows of
                data = self.sock.recv(32 * 1024)
                if not data:
                    return self.fail()
                if self.closes_at is None:
                    self.receive(data)
        except NOT_NOW:
            pass
        except OSError:
            self.fail()

    def write(self, data):
        self.out += data
        self.flush()

    def flush(self):
        try:
            while self.out and self.is_connected and self.sock.fileno() >= 0:
                with memoryview(self.out)[:65536] as some:
                    count = self.sock.send(some)
                del self.out[:count]
        except NOT_NOW:
            pass
        except OSError:
            return self.fail()
        if self.closes_at is not None and not self.out:
            self.close()
        self.watch()

    def finish(self):
        """Closes behind what still waits to be taken."""
        self.closes_at = time.monotonic() + FLUSH_SECONDS
        self.flush() if self.is_connected else self.close()

    def fail(self):
        is_news = self.closes_at is None
        self.close()
        if is_news:
            self.closes_at = 0
            self.ended()

    def close(self):
        self.out.clear()
        if self.events:
            self.selector.unregister(self.sock)
            self.events = 0
        self.sock.close()


class Stream:
    def __init__(self, service, wire_service, stream_id, numbered):
        self.service, self.wire_service, self.id, self.numbered = service, wire_service, stream_id, numbered
        self.connections = {}  # channels by connection id
        self.first = None  # the connection id that a peer means which sends none


class Tunnel:
    def __init__(self, mode, url, version, mappings, ca=None):
        self.mode, self.version, self.url = mode, version, urlsplit(url)
        self.trust = ssl.create_default_context(cafile=ca) if self.url.scheme == "wss" else None
        self.mappings = dict(mapping(each) for each in mappings.split(","))
        self.selector = selectors.DefaultSelector()
        self.listeners = {}
        self.services = []
        self.streams = {}
        self.dying = []
        if mode == "source":
            for service, address in self.mappings.items():
                self.listeners[service] = socket.create_server(address, backlog=100)

    def connect(self):
        """The WebSocket, blocking until it stands; returns the socket and what came behind the response."""
        sock = socket.create_connection((self.url.hostname, self.url.port), TIMEOUT_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.trust:
            sock = self.trust.wrap_socket(sock, server_hostname=self.url.hostname)
        subprotocol = f"aws.iot.securetunneling-{self.version[1]}.0"
        headers = {"access-token": os.environ["TUNNEL_TOKEN"], "Sec-WebSocket-Protocol": subprotocol}
        if os.environ.get("TUNNEL_CLIENT_TOKEN"):
            headers["client-token"] = os.environ["TUNNEL_CLIENT_TOKEN"]
        asked, accept = request(self.url.netloc, f"/tunnel?local-proxy-mode={self.mode}", headers)
        sock.sendall(asked)
        head = b""
        while b"\r\n\r\n" not in head:
            more = sock.recv(4096)
            if not more or len(head) > 64 * 1024:
                raise OSError("no response to the handshake")
            head += more
        head, _, rest = head.partition(b"\r\n\r\n")
        check_response(head, accept, subprotocol)
        return sock, rest

    def run(self):
        """One WebSocket, from its handshake to its end; returns the close code of the service, if there was one."""
        sock, first = self.connect()
        self.frames, self.held, self.code, self.is_over = FrameReader(), bytearray(), None, False
        self.service_channel = Channel(self.selector, sock, self.received, self.lost)
        if self.version == "V1":
            self.learn([""])
        self.received(first)
        while not self.is_over:
            self.step(timeout=1)
        self.service_channel.close()
        self.end_all()
        for listener in self.listeners.values():
            self.unwatch(listener)
        return self.code

    def step(self, timeout):
        for key, events in self.selector.select(timeout):
            key.data(events)
        self.dying = [channel for channel in self.dying if channel.sock.fileno() >= 0]
        for channel in self.dying:
            if channel.closes_at < time.monotonic():
                channel.close()
        channels = [channel for stream in self.streams.values() for channel in stream.connections.values()]
        if not self.is_over:
            self.service_channel.reads = all(len(channel.out) < MUCH for channel in channels)
            self.service_channel.watch()
        for channel in channels:
            channel.reads = self.is_over or len(self.service_channel.out) < MUCH
            channel.watch()
        if not self.is_over and self.service_channel.reads and self.trust and self.service_channel.sock.pending():
            self.service_channel.read()

    def pause(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.step(left) if self.selector.get_map() else time.sleep(left)

    def lost(self):
        self.is_over = True

    def received(self, data):
        try:
            for opcode, payload in self.frames.push(data):
                if opcode == PING:
                    self.service_channel.write(web_socket_frame(PONG, payload))
                elif opcode == CLOSE:
                    self.code = int.from_bytes(payload[:2], "big") if len(payload) > 1 else 1005
                    raise Violation(1000, "the service closed")
                elif opcode != PONG:
                    self.tunnel_bytes(payload)
        except Violation as error:
            self.service_channel.write(web_socket_frame(CLOSE, error.code.to_bytes(2, "big")))
            self.is_over = True

    def tunnel_bytes(self, payload):
        self.held += payload
        at = 0
        while len(self.held) - at >= 2:
            end = at + 2 + int.from_bytes(self.held[at:at + 2], "big")
            if end > len(self.held):
                break
            message = Message.parse(bytes(self.held[at + 2:end]))
            at = end
            self.handle(message)
        del self.held[:at]

    def handle(self, message):
        if message.type == SERVICE_IDS:
            return self.learn(message.services) if self.version != "V1" else None
        if message.type == SESSION_RESET:
            return self.end_all()
        service = message.service if self.version != "V1" else ""
        if service == "" and len(self.services) == 1:
            service = self.services[0]
        if message.type == STREAM_START:
            return self.start_stream(message, service)
        stream = self.streams.get(service)
        if stream is None or stream.id != message.stream:
            return  # stale
        number = (message.connection or stream.first) if stream.numbered else 0
        channel = stream.connections.get(number)
        if message.type == DATA:
            if channel is not None:
                channel.write(message.payload)
        elif message.type == STREAM_RESET:
            self.end(stream)
        elif message.type == CONNECTION_RESET and stream.numbered:
            self.end_connection(stream, number)
        elif message.type == CONNECTION_START and stream.numbered and self.mode == "destination" and channel is None:
            self.dial(stream, number)
        elif message.type == CONNECTION_START and stream.numbered:
            self.send(CONNECTION_RESET, stream, number)
            if self.mode == "source":
                self.end_connection(stream, number)
        elif not message.ignorable:
            self.send(STREAM_RESET, stream)
            self.end(stream)

    def learn(self, services):
        self.services = services
        if "" in self.mappings and len(services) == 1:
            self.mappings = {services[0]: self.mappings[""]}
            self.listeners = {services[0]: listener for listener in self.listeners.values()}
        if self.mode == "destination":
            unknown = [service for service in services if service not in self.mappings]
            if unknown and not self.streams:
                sys.exit(f"no address is known for {unknown}")
            return
        for service in services:
            if service not in self.listeners:
                self.listeners[service] = socket.create_server(("127.0.0.1", 0))
            listener = self.listeners[service]
            if listener not in (key.fileobj for key in self.selector.get_map().values()):
                print(f"{service} listens on {listener.getsockname()[1]}", flush=True)
                self.selector.register(listener, selectors.EVENT_READ, lambda _, service=service: self.accept(service))

    def unwatch(self, listener):
        if listener in (key.fileobj for key in self.selector.get_map().values()):
            self.selector.unregister(listener)

    def accept(self, service):
        application, _ = self.listeners[service].accept()
        stream = self.streams.get(service)
        is_busy = stream is not None and bool(stream.connections)
        if is_busy and not stream.numbered:
            return application.close()  # one connection at a time before V3
        if not is_busy:
            stream_id = random.choice((-1, 1)) * random.randrange(1, 2**31)
            stream = self.streams[service] = Stream(service, service, stream_id, self.version == "V3")
        number = random.randrange(2**31, 2**32) if stream.numbered else 0
        self.send(CONNECTION_START if is_busy else STREAM_START, stream, number)
        self.carry(stream, number, application)

    def start_stream(self, message, service):
        if self.mode == "source":
            raise Violation(1002, "STREAM_START at a source")
        if service in self.streams:
            self.end(self.streams[service])
        stream = Stream(service, message.service, message.stream, self.version == "V3" and message.connection != 0)
        if service not in self.mappings:
            return self.send(STREAM_RESET, stream)
        self.streams[service] = stream
        self.dial(stream, message.connection if stream.numbered else 0)

    def dial(self, stream, number):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(self.mappings[stream.service])
        self.carry(stream, number, sock, is_connected=False)

    def carry(self, stream, number, sock, is_connected=True):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def receive(data):
            self.send(DATA, stream, number, data)

        def ended():
            if stream.connections.pop(number, None) is None:
                return
            is_dialled_first = not channel.is_connected and len(stream.connections) == 0
            self.send(CONNECTION_RESET if stream.numbered and not is_dialled_first else STREAM_RESET, stream, number)
            if not stream.numbered or is_dialled_first:
                self.end(stream)

        channel = Channel(self.selector, sock, receive, ended, is_connected)
        if channel.sock.fileno() >= 0:
            stream.connections[number] = channel
            stream.first = stream.first or number

    def end_connection(self, stream, number):
        channel = stream.connections.pop(number, None)
        if channel is not None:
            channel.finish()
            self.dying.append(channel)

    def end(self, stream):
        if self.streams.get(stream.service) is stream:
            del self.streams[stream.service]
        for number in list(stream.connections):
            self.end_connection(stream, number)

    def end_all(self):
        for stream in list(self.streams.values()):
            self.end(stream)

    def send(self, kind, stream, number=0, payload=b""):
        message = Message(kind, stream.id, stream.wire_service if self.version != "V1" else "", number, payload)
        self.service_channel.write(fragments(message.frame()))


def mapping(text):
    service, _, address = text.rpartition("=")
    host, _, port = address.rpartition(":")
    return service, (host or "127.0.0.1", int(port))


def main(tunnel):
    backoff = RECONNECT_SECONDS
    while True:
        wait = RECONNECT_SECONDS
        try:
            code = tunnel.run()
            backoff = RECONNECT_SECONDS
            if code == 1000:
                return print("the tunnel is closed")
        except Refused as error:
            if error.args[0] < 500:
                sys.exit(f"the service refused: {error}")
            wait = backoff = min(LONGEST_BACKOFF_SECONDS, backoff * random.uniform(1.5, 2))
        except OSError as error:
            print(f"lost: {error}", file=sys.stderr)
        tunnel.pause(wait)


if __name__ == "__main__":
    main(Tunnel(*sys.argv[1:]))
