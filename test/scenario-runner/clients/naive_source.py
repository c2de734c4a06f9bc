"""A deliberately naive tunnel client: a source in V2 format, Python's standard library only.

Written for the tests of the suite. What is wrong with it, on purpose:
  1. it does not drop DATA of another stream id (S7),
  2. it ignores SESSION_RESET (S12),
  3. it does not report that the application has closed (S8),
  4. it takes one WebSocket message for one tunnel frame (W4).
All else follows the rules: an application gets its stream, pings are answered, a lost connection ends the program.
With LEAKS in the environment it also keeps so many bytes of memory for each application, for good.
"""

import base64
import hashlib
import os
import random
import select
import socket
import struct
import sys

DATA, STREAM_START, STREAM_RESET, SESSION_RESET, SERVICE_IDS = 1, 2, 3, 4, 5


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def encode(kind, stream, payload=b"", service=""):
    body = b"\x08" + varint(kind)
    if stream:
        body += b"\x10" + varint(stream)
    if payload:
        body += b"\x22" + varint(len(payload)) + payload
    if service:
        body += b"\x2a" + varint(len(service)) + service.encode()
    return struct.pack(">H", len(body)) + body


class Malformed(Exception):
    pass


def read_varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Malformed("varint")
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return value, at
        shift += 7


def decode(data):
    fields, ids, at = {}, [], 0
    while at < len(data):
        tag, at = read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise Malformed("field 0")
        if wire == 0:
            value, at = read_varint(data, at)
        elif wire == 2:
            size, at = read_varint(data, at)
            if at + size > len(data):
                raise Malformed("length")
            value, at = data[at : at + size], at + size
        elif wire in (1, 5):
            value, at = None, at + (8 if wire == 1 else 4)
        else:
            raise Malformed("wire type")
        fields[number] = value
        if number in (5, 6):
            try:
                value = value.decode()
            except (UnicodeDecodeError, AttributeError) as error:
                raise Malformed("text") from error
            fields[number] = value
        if number == 6:
            ids.append(value)
    return fields, ids


class WebSocket:
    def __init__(self, host, port, token):
        self.socket = socket.create_connection((host, port))
        key = base64.b64encode(os.urandom(16)).decode()
        request = [
            "GET /tunnel?local-proxy-mode=source HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: aws.iot.securetunneling-2.0",
            f"access-token: {token}",
        ]
        self.socket.sendall(("\r\n".join(request) + "\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            chunk = self.socket.recv(4096)
            if not chunk:
                sys.exit("the service hung up")
            self.buffer += chunk
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 101"):
            sys.exit("refused: " + head.split(b"\r\n")[0].decode("latin1"))
        accept = base64.b64encode(
            hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        )
        if accept not in head:
            sys.exit("the answer is to somebody else")
        if b"aws.iot.securetunneling-2.0" not in head:
            sys.exit("the answer is in another version")
        self.parts = b""
        self.within = False

    def send(self, payload, opcode=2):
        size = len(payload)
        head = bytes([128 | opcode])
        if size < 126:
            head += bytes([128 | size])
        elif size < 65536:
            head += bytes([128 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([128 | 127]) + struct.pack(">Q", size)
        mask = os.urandom(4)
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        masked = (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")
        self.socket.sendall(head + mask + masked)

    def fail(self, why):
        self.send(struct.pack(">H", 1002), 8)
        sys.exit("invalid WebSocket stream: " + why)

    def messages(self):
        """The binary messages that are complete in the buffer."""
        while len(self.buffer) >= 2:
            first, second = self.buffer[0], self.buffer[1]
            opcode, final, size, at = first & 15, first & 128, second & 127, 2
            if first & 0x70 or second & 128 or opcode not in (0, 1, 2, 8, 9, 10):
                self.fail("header")
            if opcode > 7 and (size > 125 or not final):
                self.fail("control frame")
            if size == 126:
                if len(self.buffer) < 4:
                    return
                size, at = struct.unpack(">H", self.buffer[2:4])[0], 4
            elif size == 127:
                if len(self.buffer) < 10:
                    return
                size, at = struct.unpack(">Q", self.buffer[2:10])[0], 10
            if len(self.buffer) < at + size:
                return
            payload, self.buffer = self.buffer[at : at + size], self.buffer[at + size :]
            if opcode == 8:
                self.send(payload, 8)
                sys.exit(0)
            elif opcode == 9:
                self.send(payload, 10)
            elif opcode == 1:
                self.send(struct.pack(">H", 1003), 8)
                sys.exit("text")
            elif opcode in (0, 2):
                if (opcode == 0) != self.within:
                    self.fail("continuation")
                self.parts += payload
                self.within = not final
                if final:
                    whole, self.parts = self.parts, b""
                    yield whole

    def receive(self):
        chunk = self.socket.recv(262144)
        if not chunk:
            sys.exit("the connection is lost")
        self.buffer += chunk


def main():
    host, port, token, listen, = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    tunnel = WebSocket(host, port, token)
    listener = socket.create_server(("127.0.0.1", listen))
    service, app, stream, ready = "", None, 0, False
    leaks, kept = int(os.environ.get("LEAKS", 0)), []

    while True:
        for whole in tunnel.messages():
            if len(whole) < 2:
                continue  # fault 4: a frame that is cut is lost
            size = struct.unpack(">H", whole[:2])[0]
            try:
                fields, ids = decode(whole[2 : 2 + size])
            except Malformed:
                tunnel.send(encode(STREAM_RESET, stream, service=service))
                if app:
                    app.close()
                    app = None
                continue
            kind = fields.get(1, 0)
            if kind == SERVICE_IDS:
                service, ready = (ids or [""])[0], True
            elif kind == DATA and app and fields.get(5, "") == service:
                app.sendall(fields.get(4, b""))  # fault 1: any stream id will do
            elif kind == STREAM_RESET and app and fields.get(2) == stream:
                app.close()
                app = None
            elif kind == STREAM_START:
                tunnel.send(struct.pack(">H", 1002), 8)
                sys.exit("a source was sent STREAM_START")
        watched = [tunnel.socket] + ([app] if app else [listener] if ready else [])
        readable, _, _ = select.select(watched, [], [])
        if tunnel.socket in readable:
            tunnel.receive()
        elif app and app in readable:
            try:
                chunk = app.recv(60000)
            except ConnectionError:
                chunk = b""
            if chunk:
                tunnel.send(encode(DATA, stream, chunk, service))
            else:
                app.close()  # fault 3: nobody is told
                app = None
        elif listener in readable:
            app, _ = listener.accept()
            kept.append(os.urandom(leaks))
            stream = random.randrange(1, 2**31)
            tunnel.send(encode(STREAM_START, stream, service=service))


main()
