"""RFC 6455 and the tunnel's message, byte by byte, as far as a client needs them."""
import base64
import hashlib
import os

DATA, STREAM_START, STREAM_RESET, SESSION_RESET, SERVICE_IDS, CONNECTION_START, CONNECTION_RESET = range(1, 8)
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
LARGEST_FRAME = 131076
PIECE = 4000


class Violation(Exception):
    """What the peer sent cannot be gone on with; `code` is for the close frame."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


class Refused(Exception):
    """An HTTP answer other than 101."""


def request(host, path, headers):
    """The upgrade request, and the sec-websocket-accept that has to answer it."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
             f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *(f"{name}: {value}" for name, value in headers.items())]
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return "\r\n".join([*lines, "", ""]).encode(), base64.b64encode(digest).decode()


def check_response(head, accept, subprotocol):
    status, *lines = head.decode("latin-1").split("\r\n")
    version, code, *_ = status.split(" ") + [""]
    if not version.startswith("HTTP/1.") or not code.isdigit():
        raise OSError(f"no HTTP: {status[:40]!r}")
    if code != "101":
        raise Refused(int(code))
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    fields = {name.strip().lower(): value.strip() for name, value in fields.items()}
    if fields.get("upgrade", "").lower() != "websocket" or fields.get("sec-websocket-accept") != accept:
        raise OSError("no answer to this handshake")
    if fields.get("sec-websocket-protocol") != subprotocol:
        raise OSError("another subprotocol than was offered")


def web_socket_frame(opcode, payload, final=True):
    length = len(payload)
    size = bytes([128 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    mask = os.urandom(4)
    pad = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    return bytes([final << 7 | opcode]) + size + mask + (int.from_bytes(payload, "big") ^ pad).to_bytes(length, "big")


def fragments(payload):
    """A binary message in frames of a few kilobytes."""
    pieces = [payload[at:at + PIECE] for at in range(0, len(payload), PIECE)]
    return b"".join(web_socket_frame(CONTINUATION if number else BINARY, piece, number == len(pieces) - 1)
                    for number, piece in enumerate(pieces))


class FrameReader:
    """Cuts bytes into WebSocket frames: (opcode, payload)."""

    def __init__(self):
        self.held = bytearray()
        self.fragmented = False

    def push(self, data):
        self.held += data
        while len(self.held) >= 2:
            first, second = self.held[0], self.held[1]
            extra = {126: 2, 127: 8}.get(second & 127, 0)
            if first & 0x70 or second & 0x80:
                raise Violation(1002, "reserved bits or a mask")
            if len(self.held) < 2 + extra:
                return
            length = int.from_bytes(self.held[2:2 + extra], "big") if extra else second & 127
            self.check(first & 15, first & 128, length)
            end = 2 + extra + length
            if len(self.held) < end:
                return
            payload = bytes(self.held[2 + extra:end])
            del self.held[:end]
            if first & 15 < CLOSE:
                self.fragmented = not first & 128
            yield first & 15, payload

    def check(self, opcode, final, length):
        if opcode >= CLOSE:
            if opcode > PONG or not final or length > 125:
                raise Violation(1002, "a control frame that is none, long or fragmented")
        elif opcode == TEXT:
            raise Violation(1003, "a text message")
        elif opcode > BINARY or (opcode == CONTINUATION) != self.fragmented:
            raise Violation(1002, "an unknown opcode, or fragments out of order")
        elif length > LARGEST_FRAME:
            raise Violation(1009, "a frame over 131076 bytes")


class Message:
    """Every number is written in two bytes more than it needs, which protobuf allows."""

    def __init__(self, type=0, stream=0, service="", connection=0, payload=b""):
        self.type, self.stream, self.service, self.connection, self.payload = type, stream, service, connection, payload
        self.ignorable = False
        self.services = []

    def frame(self):
        body = bytearray()
        for number, value in ((7, self.connection), (5, self.service.encode()), (2, self.stream), (1, self.type),
                              (4, self.payload)):
            if isinstance(value, int) and value:
                body += padded(number << 3) + padded(value % 2**64)
            elif value:
                body += padded(number << 3 | 2) + padded(len(value)) + value
        return len(body).to_bytes(2, "big") + body

    @classmethod
    def parse(cls, body):
        message, at = cls(), 0
        while at < len(body):
            tag, at = number_at(body, at)
            number, kind = tag >> 3, tag & 7
            value = b""
            if number == 0 or kind in (3, 4, 6, 7):
                raise Violation(1002, "a message that does not parse")
            if kind == 0:
                value, at = number_at(body, at)
            else:
                length, at = number_at(body, at) if kind == 2 else (8 if kind == 1 else 4, at)
                value, at = body[at:at + length], at + length
            if at > len(body):
                raise Violation(1002, "a message that ends within a field")
            message.take(number, kind, value)
        return message

    def take(self, number, kind, value):
        try:
            if kind == 2:
                if number == 4:
                    self.payload = value
                elif number == 5:
                    self.service = value.decode()
                elif number == 6:
                    self.services.append(value.decode())
            elif kind == 0:
                if number == 1:
                    self.type = value
                elif number == 2:
                    self.stream = (value + 2**31) % 2**32 - 2**31
                elif number == 3:
                    self.ignorable = value != 0
                elif number == 7:
                    self.connection = value % 2**32
        except UnicodeDecodeError:
            raise Violation(1002, "a service id that is no UTF-8") from None


def padded(value):
    """A varint, longer than it has to be but no longer than ten bytes."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    padding = min(2, 9 - len(out))
    return bytes(out) + (bytes([value | 128]) + b"\x80" * (padding - 1) + b"\0" if padding else bytes([value]))


def number_at(body, at):
    value = 0
    for shift in range(0, 70, 7):
        if at == len(body):
            raise Violation(1002, "a message that ends within a number")
        value |= (body[at] & 127) << shift
        at += 1
        if body[at - 1] < 128:
            return value, at
    raise Violation(1002, "a number of more than ten bytes")
