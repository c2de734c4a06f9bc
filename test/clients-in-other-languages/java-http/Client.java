import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A tunnel client on java.net.http, which Java brings with it (Debian: default-jdk-headless). Both modes, V2 and V3.
 *
 *     TUNNEL_TOKEN=... java -cp build Client MODE URL VERSION MAPPINGS CA
 *
 * MODE is source or destination, URL is wss://host:port or ws://host:port, VERSION is V2 or V3, and MAPPINGS says where each
 * service is: SSH=5555,HTTP=5556 at a source, SSH=localhost:22 at a destination, or a bare port or address for a tunnel with one
 * service. The environment holds the access token, and TUNNEL_CLIENT_TOKEN where there is one.
 *
 * Its habits, which the protocol leaves open:
 * - a library, which compares nothing: a service without a mapping is not served;
 * - it comes back after a loss, and ends when the service has closed, whatever the code;
 * - it pings each second: java.net.http misses the end of TCP now and then, and a ping that cannot be sent tells;
 * - frames that wait together are fragments of one WebSocket message, which goes on for as long as there is something to send;
 * - a thread for each socket and direction; a stuck application stops the whole tunnel after a hundred messages;
 * - stream ids are random numbers of nine digits, connections are counted from 1;
 * - it closes an application's socket in both directions behind the last byte, 50 ms after it said that it would.
 */
final class Client {
    private static final int RECONNECT_MS = 300, LONGEST_BACKOFF_MS = 2000;

    final String mode, url, version;
    private final Map<String, InetSocketAddress> mappings = new HashMap<>();
    private final Random random = new Random();
    private int lastStreamId;

    private Client(String mode, String url, String version, String mappings) {
        this.mode = mode;
        this.url = url;
        this.version = version;
        for (var mapping : mappings.split(",")) {
            var equals = mapping.indexOf('=');
            var address = mapping.substring(equals + 1);
            var colon = address.lastIndexOf(':');
            var host = colon < 0 ? "127.0.0.1" : address.substring(0, colon);
            var target = new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1)));
            this.mappings.put(equals < 0 ? "" : mapping.substring(0, equals), target);
        }
    }

    public static void main(String[] words) throws Exception {
        if (words.length != 5) throw new IllegalArgumentException("usage: Client MODE URL VERSION MAPPINGS CA");
        var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
        if (words[1].startsWith("wss:")) http.sslContext(trusting(words[4]));
        System.exit(new Client(words[0], words[1], words[2], words[3]).keepConnected(http.build()));
    }

    private static SSLContext trusting(String ca) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (var pem = new FileInputStream(ca)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private int keepConnected(HttpClient http) throws InterruptedException {
        var subprotocol = "aws.iot.securetunneling-" + version.charAt(1) + ".0";
        for (var backoff = RECONNECT_MS; ; ) {
            var session = new Session(this);
            var builder = http.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10)).subprotocols(subprotocol);
            builder.header("access-token", System.getenv("TUNNEL_TOKEN"));
            var clientToken = System.getenv("TUNNEL_CLIENT_TOKEN");
            if (clientToken != null && !clientToken.isEmpty()) builder.header("client-token", clientToken);
            try {
                var socket = builder.buildAsync(URI.create(url + "/tunnel?local-proxy-mode=" + mode), session).join();
                if (!socket.getSubprotocol().equals(subprotocol)) {
                    socket.abort();
                    throw new CompletionException(new IOException("another subprotocol than was offered"));
                }
                var code = session.ended.join();
                backoff = RECONNECT_MS;
                if (code != Session.LOST) {
                    System.err.println("the service closed: " + code);
                    return code == 1000 ? 0 : 1;
                }
            } catch (CompletionException error) {
                System.err.println("lost: " + error.getCause());
                if (error.getCause() instanceof WebSocketHandshakeException refused) {
                    var status = refused.getResponse().statusCode();
                    if (status >= 400 && status < 500) return 1;
                    if (status >= 500) backoff = Math.min(LONGEST_BACKOFF_MS, backoff * random.nextInt(150, 200) / 100);
                }
            }
            Thread.sleep(backoff);
        }
    }

    boolean isSource() {
        return mode.equals("source");
    }

    /** Where a service is; null where nobody said. */
    InetSocketAddress address(String service, List<String> services) {
        var address = mappings.get(service);
        return address == null && services.size() == 1 ? mappings.get("") : address;
    }

    /** Another one than the last. */
    synchronized int newStreamId() {
        var id = ThreadLocalRandom.current().nextInt(100_000_000, 999_999_999);
        return lastStreamId = id < lastStreamId ? id : id + 1;
    }
}
