"""Tunnel frames, and their message by Google's protobuf library (Debian: python3-protobuf), described here without a compiler."""
from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory

DATA, STREAM_START, STREAM_RESET, SESSION_RESET, SERVICE_IDS, CONNECTION_START, CONNECTION_RESET = range(1, 8)

Field = descriptor_pb2.FieldDescriptorProto
FIELDS = [("type", Field.TYPE_INT32), ("streamId", Field.TYPE_INT32), ("ignorable", Field.TYPE_BOOL),
          ("payload", Field.TYPE_BYTES), ("serviceId", Field.TYPE_STRING), ("availableServiceIds", Field.TYPE_STRING),
          ("connectionId", Field.TYPE_UINT32)]


def describe():
    """The schema of the protocol guides; an enumeration is an int32 on the wire."""
    file = descriptor_pb2.FileDescriptorProto(name="tunnel.proto", package="com.amazonaws.iot.securedtunneling", syntax="proto3")
    described = file.message_type.add(name="Message")
    for number, (name, kind) in enumerate(FIELDS, 1):
        label = Field.LABEL_REPEATED if name == "availableServiceIds" else Field.LABEL_OPTIONAL
        described.field.add(name=name, number=number, type=kind, label=label)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(f"{file.package}.Message"))


Message = describe()
DecodeError = message.DecodeError


def frame(value):
    """A frame: two bytes of length, then a message."""
    body = value.SerializeToString()
    return len(body).to_bytes(2, "big") + body


class FrameReader:
    """WebSocket messages mean nothing: one may hold part of a frame, or many."""

    def __init__(self):
        self.held = b""

    def push(self, data):
        self.held += data
        while len(self.held) >= 2:
            end = 2 + int.from_bytes(self.held[:2], "big")
            if end > len(self.held):
                return
            body, self.held = self.held[2:end], self.held[end:]
            yield Message.FromString(body)
