#!/usr/bin/python3
"""A tunnel client on the `websocket-client` library (Debian: python3-websocket), a thread for each socket. Both modes, V2, V3.

    TUNNEL_TOKEN=... client.py MODE URL VERSION MAPPINGS [CA]

MODE is source or destination, URL is wss://host:port or ws://host:port, VERSION is V2 or V3, and MAPPINGS says where each
service is: SSH=5555,HTTP=5556 at a source, SSH=localhost:22 at a destination, or a bare port or address for the first service.
The environment holds the access token, and TUNNEL_CLIENT_TOKEN where there is one.

Its habits, which the protocol leaves open:
- a library, which compares nothing: a service without a mapping is not served;
- it ends with its WebSocket, whatever the reason, and dies of SIGTERM as any program does;
- it listens before it connects, so that early applications wait in the queue of the system;
- stream ids are counted from 1; connection ids too, within a stream;
- a stuck application stops the whole tunnel after 128 messages;
- the end of a connection closes its socket in both directions at once, behind what was received before;
- it closes slowly: after the closing handshake it waits for the service to end TCP, two seconds at most.
"""
import contextlib
import itertools
import os
import queue
import socket
import ssl
import sys
import threading

import websocket
from websocket import ABNF as OPCODE

from wire import (CONNECTION_RESET, CONNECTION_START, DATA, SERVICE_IDS, SESSION_RESET, STREAM_RESET, STREAM_START,
                  DecodeError, FrameReader, Message, frame)

LARGEST_PAYLOAD = 63 * 1024
QUEUED_MESSAGES = 128
CLOSING_SECONDS = 2
POLL_SECONDS = 0.1


class Stream:
    def __init__(self, service, wire_service, stream_id, numbered):
        self.service = service
        self.wire_service = wire_service  # as STREAM_START spelt it
        self.id = stream_id
        self.numbered = numbered
        self.connections = {}
        self.numbers = itertools.count(1)


class Connection:
    def __init__(self, stream, number):
        self.stream = stream
        self.number = number
        self.inbox = queue.Queue(QUEUED_MESSAGES)
        self.over = threading.Event()


class Tunnel:
    def __init__(self, mode, version, mappings):
        self.mode = mode
        self.numbered = version == "V3"
        self.mappings = mappings
        self.listeners = {}
        self.services = []
        self.streams = {}
        self.stream_ids = itertools.count(1)
        self.lock = threading.RLock()  # guards the tables; nothing is sent while it is held

    def listen(self):
        for service, address in self.mappings.items():
            self.listeners[service] = socket.create_server(address, backlog=100)

    def run(self, connected):
        """Reads until the WebSocket has ended; returns the close code of the service. Fragments need not be joined."""
        self.socket = connected
        reader = FrameReader()
        is_fragmented = False
        while True:
            received = connected.recv_frame()
            if received.mask or (received.opcode > 7 and (not received.fin or len(received.data) > 125)):
                raise ValueError("a masked frame, or a control frame that is long or fragmented")
            if received.opcode == OPCODE.OPCODE_CLOSE:
                connected.send_close()
                return int.from_bytes(received.data[:2], "big")
            if received.opcode == OPCODE.OPCODE_PING:
                connected.pong(received.data)
            if received.opcode > 7:
                continue
            if received.opcode == OPCODE.OPCODE_TEXT or is_fragmented != (received.opcode == OPCODE.OPCODE_CONT):
                raise ValueError("a text message, or fragments out of order")
            is_fragmented = not received.fin
            for message in reader.push(received.data):
                self.handle(message)

    def handle(self, message):
        if message.type == SERVICE_IDS:
            return self.learn(list(message.availableServiceIds))
        if message.type == SESSION_RESET:
            return self.end_all()
        service = message.serviceId or (self.services[0] if len(self.services) == 1 else "")
        if message.type == STREAM_START:
            return self.start_stream(message, service)
        with self.lock:
            stream = self.streams.get(service)
            if stream is None or stream.id != message.streamId:
                return  # stale
            number = (message.connectionId or 1) if stream.numbered else 0
            connection = stream.connections.get(number)
        if message.type == DATA:
            if connection is not None:
                self.deliver(connection, message.payload)
        elif message.type == STREAM_RESET:
            self.end(stream)
        elif message.type == CONNECTION_RESET and stream.numbered:
            if connection is not None:
                self.end_connection(connection)
        elif message.type == CONNECTION_START and stream.numbered and self.mode == "destination":
            if connection is None:
                self.dial(self.add_connection(stream, number), CONNECTION_RESET)
            else:
                self.send(CONNECTION_RESET, stream, number)
        elif not message.ignorable:
            self.end(stream)
            self.send(STREAM_RESET, stream)

    def learn(self, services):
        self.services = services
        if "" in self.mappings and services:
            self.mappings = {services[0]: self.mappings[""]}
            self.listeners = {services[0]: listener for listener in self.listeners.values()}
        for service, listener in self.listeners.items():
            start(self.accept, service, listener)
        self.listeners = {}  # each has its thread now

    # Source

    def accept(self, service, listener):
        while True:
            application, _ = listener.accept()
            with self.lock:
                stream = self.streams.get(service)
                is_busy = stream is not None and bool(stream.connections)
                if is_busy and not stream.numbered:
                    application.close()  # one connection at a time before V3
                    continue
                if not is_busy:
                    stream = self.streams[service] = Stream(service, service, next(self.stream_ids), self.numbered)
                connection = self.add_connection(stream, next(stream.numbers) if stream.numbered else 0)
            self.send(CONNECTION_START if is_busy else STREAM_START, stream, connection.number)
            self.carry(connection, application)

    # Destination

    def start_stream(self, message, service):
        if self.mode == "source":
            raise ValueError("STREAM_START at a source")
        if service in self.streams:
            self.end(self.streams[service])
        stream = Stream(service, message.serviceId, message.streamId, self.numbered and message.connectionId != 0)
        if service not in self.mappings:
            return self.send(STREAM_RESET, stream)
        self.streams[service] = stream
        self.dial(self.add_connection(stream, message.connectionId if stream.numbered else 0), STREAM_RESET)

    def dial(self, connection, failure):
        def dialled():
            stream = connection.stream
            try:
                self.carry(connection, socket.create_connection(self.mappings[stream.service]))
            except OSError:
                if self.end_connection(connection):
                    if failure == STREAM_RESET:
                        self.end(stream)
                    self.send(failure, stream, connection.number)

        start(dialled)

    # Both

    def add_connection(self, stream, number):
        connection = stream.connections[number] = Connection(stream, number)
        return connection

    def carry(self, connection, application):
        application.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start(self.upwards, connection, application)
        start(self.downwards, connection, application)

    def upwards(self, connection, application):
        with contextlib.suppress(OSError):
            while (payload := application.recv(LARGEST_PAYLOAD)) and not connection.over.is_set():
                self.send(DATA, connection.stream, connection.number, payload)
        self.ended_here(connection)

    def downwards(self, connection, application):
        with contextlib.suppress(OSError):
            while not connection.over.is_set() or not connection.inbox.empty():
                with contextlib.suppress(queue.Empty):
                    application.sendall(connection.inbox.get(timeout=POLL_SECONDS))
        self.ended_here(connection)
        with contextlib.suppress(OSError):
            application.shutdown(socket.SHUT_RDWR)
        application.close()

    def ended_here(self, connection):
        if self.end_connection(connection):
            kind = CONNECTION_RESET if connection.stream.numbered else STREAM_RESET
            self.send(kind, connection.stream, connection.number)

    def deliver(self, connection, payload):
        while not connection.over.is_set():
            with contextlib.suppress(queue.Full):
                return connection.inbox.put(payload, timeout=POLL_SECONDS)

    def end_all(self):
        for stream in list(self.streams.values()):
            self.end(stream)

    def end(self, stream):
        with self.lock:
            for connection in list(stream.connections.values()):
                self.end_connection(connection)
            if self.streams.get(stream.service) is stream:
                del self.streams[stream.service]

    def end_connection(self, connection):
        """True for whoever ends it first."""
        with self.lock:
            if connection.over.is_set():
                return False
            stream = connection.stream
            connection.over.set()
            stream.connections.pop(connection.number, None)
            if not stream.numbered and self.streams.get(stream.service) is stream:
                del self.streams[stream.service]
            with contextlib.suppress(queue.Full):
                connection.inbox.put_nowait(b"")  # wakes whoever waits for more
            return True

    def send(self, kind, stream, number=0, payload=b""):
        message = Message(type=kind, streamId=stream.id, serviceId=stream.wire_service, connectionId=number, payload=payload)
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self.socket.send_binary(frame(message))


def start(work, *arguments):
    threading.Thread(target=work, args=arguments, daemon=True).start()


def mapping(text):
    service, _, address = text.rpartition("=")
    host, _, port = address.rpartition(":")
    return service, (host or "127.0.0.1", int(port))


def connect(mode, url, version, ca):
    headers = {"access-token": os.environ["TUNNEL_TOKEN"]}
    if os.environ.get("TUNNEL_CLIENT_TOKEN"):
        headers["client-token"] = os.environ["TUNNEL_CLIENT_TOKEN"]
    subprotocol = f"aws.iot.securetunneling-{version[1]}.0"
    connected = websocket.create_connection(f"{url}/tunnel?local-proxy-mode={mode}", header=headers, subprotocols=[subprotocol],
                                            sslopt={"cert_reqs": ssl.CERT_REQUIRED, "check_hostname": True, "ca_certs": ca},
                                            suppress_origin=True, redirect_limit=0,
                                            sockopt=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)])
    if connected.subprotocol != subprotocol:
        raise ValueError(f"the service answered subprotocol {connected.subprotocol}")
    return connected


def main(mode, url, version, mappings, ca=None):
    tunnel = Tunnel(mode, version, dict(mapping(each) for each in mappings.split(",")))
    if mode == "source":
        tunnel.listen()
    connected = connect(mode, url, version, ca)
    connected.settimeout(None)
    try:
        code = tunnel.run(connected)
    except (DecodeError, ValueError, websocket.WebSocketProtocolException) as error:
        print(error, file=sys.stderr)
        code = 1002
        connected.send_close(code)
    finally:
        tunnel.end_all()
    await_end(connected)
    return 0 if code == 1000 else 1


def await_end(connected):
    """The service is the one to end TCP after a closing handshake (RFC 6455, 7.1.1)."""
    connected.settimeout(CLOSING_SECONDS)
    with contextlib.suppress(OSError, websocket.WebSocketException):
        while connected.sock.recv(4096):
            pass


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError, websocket.WebSocketException) as error:
        sys.exit(f"{type(error).__name__}: {error}")
