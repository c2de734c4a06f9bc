import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The protobuf message of a tunnel frame. */
final class Message {
    static final int DATA = 1, STREAM_START = 2, STREAM_RESET = 3, SESSION_RESET = 4, SERVICE_IDS = 5, CONNECTION_START = 6,
            CONNECTION_RESET = 7;

    /** What does not parse, or what a source may not be sent. */
    @SuppressWarnings("serial")
    static final class Violation extends Exception {
        Violation(String what) {
            super(what);
        }
    }

    long type;
    int stream;
    boolean ignorable;
    byte[] payload = {};
    String service = "";
    final List<String> services = new ArrayList<>();
    /** An unsigned number: compared for equality only. */
    int connection;

    /** The message behind its two bytes of length. */
    static ByteBuffer frame(int type, int stream, String service, int connection, byte[] payload, int length) {
        var body = new ByteArrayOutputStream(length + 64);
        number(body, 1, type);
        number(body, 2, stream);
        bytes(body, 5, service.getBytes(StandardCharsets.UTF_8), service.length());
        number(body, 7, Integer.toUnsignedLong(connection));
        bytes(body, 4, payload, length);
        var frame = ByteBuffer.allocate(body.size() + 2).putShort((short) body.size()).put(body.toByteArray());
        return frame.flip();
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        if (value == 0) return;
        varint(out, field << 3);
        varint(out, value);
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value, int length) {
        if (length == 0) return;
        varint(out, field << 3 | 2);
        varint(out, length);
        out.write(value, 0, length);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        for (; (value & ~127L) != 0; value >>>= 7) out.write((int) value | 128);
        out.write((int) value);
    }

    static Message parse(ByteBuffer body) throws Violation {
        var message = new Message();
        while (body.hasRemaining()) {
            var tag = varint(body);
            if (tag >>> 3 == 0) throw new Violation("field number 0");
            switch ((int) tag & 7) {
                case 0 -> message.take((int) (tag >>> 3), varint(body));
                case 1 -> skip(body, 8);
                case 2 -> message.take((int) (tag >>> 3), skip(body, varint(body)));
                case 5 -> skip(body, 4);
                default -> throw new Violation("a wire type that is none");
            }
        }
        return message;
    }

    private void take(int field, long value) {
        switch (field) {
            case 1 -> type = value;
            case 2 -> stream = (int) value;
            case 3 -> ignorable = value != 0;
            case 7 -> connection = (int) value;
            default -> { }
        }
    }

    private void take(int field, ByteBuffer value) throws Violation {
        switch (field) {
            case 4 -> value.get(payload = new byte[value.remaining()]);
            case 5 -> service = text(value);
            case 6 -> services.add(text(value));
            default -> { }
        }
    }

    private static ByteBuffer skip(ByteBuffer body, long length) throws Violation {
        if (length < 0 || length > body.remaining()) throw new Violation("a field that is longer than its message");
        var part = body.slice(body.position(), (int) length);
        body.position(body.position() + (int) length);
        return part;
    }

    private static long varint(ByteBuffer body) throws Violation {
        long value = 0;
        for (var shift = 0; shift < 70 && body.hasRemaining(); shift += 7) {
            var part = body.get();
            value |= (long) (part & 127) << shift;
            if (part >= 0) return value;
        }
        throw new Violation("a number without an end");
    }

    private static String text(ByteBuffer value) throws Violation {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(value).toString();
        } catch (CharacterCodingException error) {
            throw new Violation("a service id that is no UTF-8");
        }
    }
}
