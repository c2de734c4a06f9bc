// A tunnel client in C++ on Boost.Beast and OpenSSL (Debian: libboost-dev, libssl-dev). Both modes, V2 and V3.
//
//     TUNNEL_TOKEN=... client MODE SCHEME HOST PORT VERSION MAPPINGS CA
//
// MODE is source or destination, SCHEME is wss or ws, and MAPPINGS says where each service is: SSH=127.0.0.1:5555 at either
// side, or a bare address for a tunnel with one service. The environment holds the access token, and TUNNEL_CLIENT_TOKEN where
// there is one.
//
// Its habits, which the protocol leaves open:
// - a library, which compares nothing: a service without a mapping is not served;
// - it comes back whenever its WebSocket was lost, also after the tunnel was closed, until the service refuses it;
// - after the closing handshake it waits for the service to end TCP, as Beast does (RFC 6455, 7.1.1);
// - it listens once it has SERVICE_IDS, for as long as it is connected;
// - one thread, a coroutine for each socket and direction; a stuck application stops the whole tunnel after a megabyte;
// - Beast fragments its messages at 4 KiB; no pings;
// - stream ids are counted from 1 anew on each WebSocket, connection ids on each stream;
// - at the end of a connection it ends its sending half and lets the application finish, for a second;
// - on SIGTERM it ends at once and drops TCP.
#include "session.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <cstdlib>
#include <random>

namespace http = beast::http;
namespace websocket = beast::websocket;
namespace ssl = asio::ssl;

constexpr auto reconnect_after = 300ms, longest_backoff = 2000ms;

// An HTTP answer other than 101.
struct Refused : std::runtime_error {
    unsigned status;
    explicit Refused(unsigned status) : std::runtime_error("the service answered " + std::to_string(status)), status(status) {}
};

template <class WebSocket>
awaitable<void> serve(const Options& options, WebSocket socket) {
    const auto subprotocol = std::string("aws.iot.securetunneling-") + options.version[1] + ".0";
    socket.set_option(websocket::stream_base::timeout{3s, websocket::stream_base::none(), false});
    socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
        request.set(http::field::sec_websocket_protocol, subprotocol);
        request.set("access-token", std::getenv("TUNNEL_TOKEN"));
        const auto* client_token = std::getenv("TUNNEL_CLIENT_TOKEN");
        if (client_token && *client_token) request.set("client-token", client_token);
    }));
    socket.binary(true);
    socket.read_message_max(64 << 20);
    websocket::response_type response;
    error_code error;
    co_await socket.async_handshake(response, options.host + ":" + options.port, "/tunnel?local-proxy-mode=" + options.mode,
                                    asio::redirect_error(use_awaitable, error));
    if (error == websocket::error::upgrade_declined) throw Refused(response.result_int());
    if (error) throw boost::system::system_error(error);
    if (response[http::field::sec_websocket_protocol] != subprotocol) throw std::runtime_error("another subprotocol than was offered");
    co_await std::make_shared<Session<WebSocket>>(options, std::move(socket))->run();
}

awaitable<void> connect(const Options& options) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver(executor);
    beast::tcp_stream stream(executor);
    stream.expires_after(10s);
    co_await stream.async_connect(co_await resolver.async_resolve(options.host, options.port, use_awaitable), use_awaitable);
    stream.socket().set_option(tcp::no_delay(true));
    if (options.scheme == "ws") {
        stream.expires_never();
        co_return co_await serve(options, websocket::stream<beast::tcp_stream>(std::move(stream)));
    }
    ssl::context trust(ssl::context::tls_client);
    trust.load_verify_file(options.ca);
    beast::ssl_stream<beast::tcp_stream> secured(std::move(stream), trust);
    secured.set_verify_mode(ssl::verify_peer);
    secured.set_verify_callback(ssl::host_name_verification(options.host));
    co_await secured.async_handshake(ssl::stream_base::client, use_awaitable);
    beast::get_lowest_layer(secured).expires_never();
    co_await serve(options, websocket::stream<beast::ssl_stream<beast::tcp_stream>>(std::move(secured)));
}

awaitable<void> keep_connected(const Options& options) {
    std::minstd_rand random(std::random_device{}());
    std::chrono::milliseconds backoff = reconnect_after;
    for (;;) {
        std::chrono::milliseconds wait = reconnect_after;
        try {
            co_await connect(options);
            backoff = reconnect_after;
        } catch (const Refused& refused) {
            std::cerr << refused.what() << std::endl;
            if (refused.status >= 400 && refused.status < 500) std::_Exit(1);
            wait = backoff = std::min(longest_backoff, backoff * std::uniform_int_distribution(150, 200)(random) / 100);
        } catch (const std::exception& error) {
            std::cerr << "lost: " << error.what() << std::endl;
        }
        asio::steady_timer timer(co_await asio::this_coro::executor, wait);
        co_await timer.async_wait(use_awaitable);
    }
}

Options read_options(char** words) {
    Options options{words[1], words[2], words[3], words[4], words[5], words[7], {}};
    std::istringstream mappings(words[6]);
    for (std::string mapping; std::getline(mappings, mapping, ',');) {
        const auto equals = mapping.find('='), colon = mapping.rfind(':');
        const auto at = equals == std::string::npos ? 0 : equals + 1;
        const auto host = colon == std::string::npos ? "127.0.0.1" : mapping.substr(at, colon - at);
        const auto port = std::stoi(mapping.substr(colon == std::string::npos ? at : colon + 1));
        options.mappings[mapping.substr(0, at == 0 ? 0 : equals)] = {asio::ip::make_address(host), static_cast<std::uint16_t>(port)};
    }
    return options;
}

int main(int count, char** words) {
    if (count != 8) return std::cerr << "usage: client MODE SCHEME HOST PORT VERSION MAPPINGS CA" << std::endl, 2;
    const auto options = read_options(words);
    asio::io_context context(1);
    asio::signal_set stop(context, SIGTERM, SIGINT);
    stop.async_wait([&](error_code, int) { context.stop(); });
    asio::co_spawn(context, keep_connected(options), asio::detached);
    context.run();
    std::_Exit(0);
}
