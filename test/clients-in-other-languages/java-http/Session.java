import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What lives as long as one WebSocket. Its tables are guarded by the session itself; nothing waits while it holds that lock. */
final class Session implements WebSocket.Listener {
    private static final int PING_MS = 1000, POLL_MS = 50, FLUSH_MS = 3000, READ_BYTES = 32 * 1024, VIOLATION = 3002;
    static final int LOST = 1006;
    private static final byte[] NONE = {};

    private static final class Stream {
        String service, spelt;
        int id, last;
        boolean numbered;
        final Map<Integer, Connection> connections = new HashMap<>();
    }

    private static final class Connection {
        Stream stream;
        int number;
        final BlockingQueue<byte[]> inbox = new ArrayBlockingQueue<>(100);
        volatile boolean over;
    }

    /** The close code with which the WebSocket ended. */
    final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Client options;
    private final BlockingQueue<ByteBuffer> out = new ArrayBlockingQueue<>(100);
    private final Map<String, Stream> streams = new HashMap<>();
    private final Map<String, ServerSocket> listeners = new HashMap<>();
    private volatile List<String> services = List.of();
    private ByteBuffer held = ByteBuffer.allocate(256 * 1024);
    private WebSocket socket;

    Session(Client options) {
        this.options = options;
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        start(this::write);
        opened.request(1);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (held.remaining() < data.remaining()) {
            held = ByteBuffer.allocate(held.position() + data.remaining() + 65536).put(held.flip());
        }
        held.put(data).flip();
        try {
            while (held.remaining() >= 2) {
                var length = Short.toUnsignedInt(held.getShort(held.position()));
                if (held.remaining() < 2 + length) break;
                var body = held.slice(held.position() + 2, length);
                held.position(held.position() + 2 + length);
                handle(Message.parse(body));
            }
            held.compact();
            from.request(1);
        } catch (Message.Violation violation) {
            fail(violation.getMessage());
        }
        return null;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        fail("a text message");
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end();
        from.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((sent, error) -> ended.complete(code));
        return new CompletableFuture<>();
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        System.err.println("lost: " + error);
        lose();
    }

    private void lose() {
        end();
        socket.abort();
        ended.complete(LOST);
    }

    private void fail(String why) {
        System.err.println(why);
        end();
        socket.sendClose(VIOLATION, why).whenComplete((sent, error) -> lose());
    }

    private void handle(Message message) throws Message.Violation {
        if (message.type == Message.SERVICE_IDS) {
            learn(message.services);
            return;
        }
        if (message.type == Message.SESSION_RESET) {
            endStreams();
            return;
        }
        var service = message.service.isEmpty() && services.size() == 1 ? services.get(0) : message.service;
        if (message.type == Message.STREAM_START) {
            startStream(message, service);
            return;
        }
        Stream stream;
        Connection connection;
        var number = message.connection;
        synchronized (this) {
            stream = streams.get(service);
            if (stream == null || stream.id != message.stream) return; // stale
            number = !stream.numbered ? 0 : number == 0 ? 1 : number;
            connection = stream.connections.get(number);
        }
        if (message.type == Message.DATA) {
            if (connection != null) deliver(connection, message.payload);
        } else if (message.type == Message.STREAM_RESET) {
            end(stream);
        } else if (message.type == Message.CONNECTION_RESET && stream.numbered) {
            if (connection != null) end(connection);
        } else if (message.type == Message.CONNECTION_START && stream.numbered) {
            if (!options.isSource() && connection == null) {
                dial(add(stream, number), Message.CONNECTION_RESET);
                return;
            }
            send(Message.CONNECTION_RESET, stream, number, NONE, 0);
            if (options.isSource() && connection != null) end(connection);
        } else if (!message.ignorable) {
            send(Message.STREAM_RESET, stream, 0, NONE, 0);
            end(stream);
        }
    }

    /** Waits for an application that does not read; the whole tunnel waits with it, since no more is asked for meanwhile. */
    private void deliver(Connection connection, byte[] payload) {
        try {
            while (!connection.over && !connection.inbox.offer(payload, POLL_MS, TimeUnit.MILLISECONDS)) { }
        } catch (InterruptedException error) {
            lose();
        }
    }

    private synchronized void learn(List<String> told) {
        services = told;
        if (!options.isSource()) return;
        for (var service : told) {
            var address = options.address(service, told);
            if (address == null || listeners.containsKey(service)) continue;
            try {
                var listener = new ServerSocket();
                listener.setReuseAddress(true);
                listener.bind(address, 100);
                listeners.put(service, listener);
                start(() -> accept(service, listener));
            } catch (IOException error) {
                System.err.println(service + ": " + error);
            }
        }
    }

    private void accept(String service, ServerSocket listener) {
        try {
            while (true) {
                var application = listener.accept();
                boolean isBusy;
                Connection connection;
                synchronized (this) {
                    var stream = streams.get(service);
                    isBusy = stream != null && !stream.connections.isEmpty();
                    if (isBusy && !stream.numbered) {
                        application.close(); // one at a time before V3
                        continue;
                    }
                    if (!isBusy) stream = addStream(service, service, options.newStreamId(), options.version.equals("V3"));
                    connection = add(stream, stream.numbered ? ++stream.last : 0);
                }
                send(isBusy ? Message.CONNECTION_START : Message.STREAM_START, connection.stream, connection.number, NONE, 0);
                start(() -> carry(connection, application));
            }
        } catch (IOException closed) {
            // The session has ended.
        }
    }

    private void startStream(Message message, String service) throws Message.Violation {
        if (options.isSource()) throw new Message.Violation("STREAM_START at a source");
        Stream stream;
        synchronized (this) {
            if (streams.containsKey(service)) end(streams.get(service));
            stream = addStream(service, message.service, message.stream, options.version.equals("V3") && message.connection != 0);
        }
        if (options.address(service, services) != null) {
            dial(add(stream, stream.numbered ? message.connection : 0), Message.STREAM_RESET);
        } else {
            end(stream);
            send(Message.STREAM_RESET, stream, 0, NONE, 0);
        }
    }

    private void dial(Connection connection, int failure) {
        var stream = connection.stream;
        start(() -> {
            var application = new Socket();
            try {
                application.connect(options.address(stream.service, services), 5000);
            } catch (IOException error) {
                if (!end(connection)) return;
                if (failure == Message.STREAM_RESET) end(stream);
                send(failure, stream, connection.number, NONE, 0);
                return;
            }
            carry(connection, application);
        });
    }

    /** Moves bytes until either side ends the connection, and closes it behind the last of them. */
    private void carry(Connection connection, Socket application) {
        start(() -> readApplication(connection, application));
        try (application) {
            application.setTcpNoDelay(true);
            var isBounded = false;
            while (!connection.over || !connection.inbox.isEmpty()) {
                if (connection.over && !isBounded) start(() -> closeIn(FLUSH_MS, application)); // even if it takes no more
                isBounded = connection.over;
                var payload = connection.inbox.poll(POLL_MS, TimeUnit.MILLISECONDS);
                if (payload != null) application.getOutputStream().write(payload);
            }
            application.shutdownOutput();
            Thread.sleep(POLL_MS); // for what the application still writes: it must not meet a reset
        } catch (IOException | InterruptedException error) {
            endedHere(connection);
        }
    }

    private static void closeIn(int ms, Socket application) {
        try {
            Thread.sleep(ms);
            application.close();
        } catch (IOException | InterruptedException error) {
            System.err.println("close: " + error);
        }
    }

    private void readApplication(Connection connection, Socket application) {
        var buffer = new byte[READ_BYTES];
        try {
            for (int count; (count = application.getInputStream().read(buffer)) >= 0; ) {
                if (!connection.over) send(Message.DATA, connection.stream, connection.number, buffer, count);
            }
        } catch (IOException error) {
            // As an end.
        }
        endedHere(connection);
    }

    /** The peer is told, once. */
    private void endedHere(Connection connection) {
        if (!end(connection)) return;
        var kind = connection.stream.numbered ? Message.CONNECTION_RESET : Message.STREAM_RESET;
        send(kind, connection.stream, connection.number, NONE, 0);
    }

    private synchronized Stream addStream(String service, String spelt, int id, boolean numbered) {
        var stream = new Stream();
        stream.service = service;
        stream.spelt = spelt;
        stream.id = id;
        stream.numbered = numbered;
        streams.put(service, stream);
        return stream;
    }

    private synchronized Connection add(Stream stream, int number) {
        var connection = new Connection();
        connection.stream = stream;
        connection.number = number;
        stream.connections.put(number, connection);
        return connection;
    }

    /** True for whoever ends it first. */
    private synchronized boolean end(Connection connection) {
        if (connection.over) return false;
        connection.over = true;
        var stream = connection.stream;
        stream.connections.remove(connection.number);
        if (!stream.numbered) streams.remove(stream.service, stream);
        return true;
    }

    private synchronized void end(Stream stream) {
        new ArrayList<>(stream.connections.values()).forEach(this::end);
        streams.remove(stream.service, stream);
    }

    private synchronized void endStreams() {
        new ArrayList<>(streams.values()).forEach(this::end);
    }

    private synchronized void end() {
        endStreams();
        for (var listener : listeners.values()) {
            try {
                listener.close();
            } catch (IOException error) {
                System.err.println(error);
            }
        }
    }

    private void send(int type, Stream stream, int number, byte[] payload, int length) {
        var frame = Message.frame(type, stream.id, stream.spelt, number, payload, length);
        try {
            while (!ended.isDone() && !out.offer(frame, POLL_MS, TimeUnit.MILLISECONDS)) { }
        } catch (InterruptedException error) {
            lose();
        }
    }

    /** Frames that wait together are fragments of one WebSocket message. Pings find a lost connection that reading missed. */
    private void write() {
        var nextPing = System.nanoTime();
        try {
            while (!ended.isDone()) {
                var frame = out.poll(POLL_MS, TimeUnit.MILLISECONDS);
                while (frame != null) {
                    var next = out.poll();
                    socket.sendBinary(frame, next == null).join();
                    frame = next;
                }
                if (System.nanoTime() - nextPing < 0) continue;
                nextPing = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PING_MS);
                socket.sendPing(ByteBuffer.allocate(0)).join();
            }
        } catch (CompletionException | InterruptedException error) {
            if (!socket.isOutputClosed()) System.err.println("lost: " + error.getMessage());
            if (!socket.isOutputClosed()) lose();
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }
}
