"""Tunnel frames and their protobuf message, by hand: seven fields need no generated code."""
from dataclasses import dataclass, field

DATA, STREAM_START, STREAM_RESET, SESSION_RESET, SERVICE_IDS, CONNECTION_START, CONNECTION_RESET = range(1, 8)


def frame(body):
    """A frame: two bytes of length, then a message."""
    return len(body).to_bytes(2, "big") + body


class FrameReader:
    """WebSocket messages mean nothing: one may hold part of a frame, or many."""

    def __init__(self):
        self.held = bytearray()

    def push(self, data):
        self.held += data
        at = 0
        while len(self.held) - at >= 2:
            end = at + 2 + int.from_bytes(self.held[at:at + 2], "big")
            if end > len(self.held):
                break
            yield bytes(self.held[at + 2:end])
            at = end
        del self.held[:at]


@dataclass
class Message:
    type: int = 0
    stream: int = 0
    service: str = ""
    connection: int = 0
    payload: bytes = b""
    ignorable: bool = False
    services: list = field(default_factory=list)

    def encode(self):
        out = bytearray()
        for number, value in ((1, self.type), (2, self.stream), (4, self.payload), (5, self.service.encode()),
                              (7, self.connection)):
            if isinstance(value, bytes):
                if value:
                    out += varint(number << 3 | 2) + varint(len(value)) + value
            elif value:
                out += varint(number << 3) + varint(value % 2**64)
        return bytes(out)

    @classmethod
    def decode(cls, body):
        """Raises ValueError for what is no message."""
        message = cls()
        at = 0
        while at < len(body):
            tag, at = read_varint(body, at)
            number, kind = tag >> 3, tag & 7
            if number == 0:
                raise ValueError("field number 0")
            if kind == 0:
                value, at = read_varint(body, at)
            elif kind == 2:
                length, at = read_varint(body, at)
                value, at = body[at:at + length], at + length
            elif kind in (1, 5):
                value, at = None, at + (8 if kind == 1 else 4)
            else:
                raise ValueError(f"wire type {kind}")
            if at > len(body):
                raise ValueError("the message ends within a field")
            message._set(number, kind, value)
        return message

    def _set(self, number, kind, value):
        if kind == 0 and number == 1:
            self.type = value
        elif kind == 0 and number == 2:
            self.stream = (value + 2**31) % 2**32 - 2**31
        elif kind == 0 and number == 3:
            self.ignorable = value != 0
        elif kind == 2 and number == 4:
            self.payload = value
        elif kind == 2 and number == 5:
            self.service = value.decode()
        elif kind == 2 and number == 6:
            self.services.append(value.decode())
        elif kind == 0 and number == 7:
            self.connection = value % 2**32


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(body, at):
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(body):
            raise ValueError("the message ends within a number")
        byte = body[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError("a number of more than ten bytes")
