// What lives as long as one WebSocket: streams, and the TCP connections of their applications.
#pragma once
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <chrono>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include "message.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

struct Options {
    std::string mode, scheme, host, port, version, ca;
    std::map<std::string, tcp::endpoint> mappings;
};

// The peer sent what cannot be gone on with.
struct Violation : std::runtime_error {
    beast::websocket::close_code code;
    Violation(beast::websocket::close_code code, const char* what) : std::runtime_error(what), code(code) {}
};

// Wakes whoever waits; all of this program runs in one thread.
class Event {
    asio::steady_timer timer;

public:
    explicit Event(asio::any_io_executor executor) : timer(executor, asio::steady_timer::time_point::max()) {}
    void notify() { timer.cancel(); }
    awaitable<void> wait() {
        error_code ignored;
        co_await timer.async_wait(asio::redirect_error(use_awaitable, ignored));
    }
};

struct Stream;

struct Connection {
    std::shared_ptr<Stream> stream;
    std::uint32_t number;
    tcp::socket socket;
    Event moved;
    std::deque<std::string> inbox;
    std::size_t held = 0;
    bool over = false;
    Connection(std::shared_ptr<Stream> stream, std::uint32_t number, asio::any_io_executor executor)
        : stream(std::move(stream)), number(number), socket(executor), moved(executor) {}
};

struct Stream {
    std::string service, spelt;  // the mapping's name, and what STREAM_START had for it
    std::int32_t id;
    bool numbered;
    std::uint32_t last = 0;
    std::map<std::uint32_t, std::shared_ptr<Connection>> connections;
};

using ConnectionPtr = std::shared_ptr<Connection>;
using StreamPtr = std::shared_ptr<Stream>;

template <class WebSocket>
class Session : public std::enable_shared_from_this<Session<WebSocket>> {
    static constexpr std::size_t much = 1 << 20;
    static constexpr auto flush_time = 3s, linger_time = 1s;

    const Options& options;
    WebSocket socket;
    asio::any_io_executor executor;
    Event moved;
    std::deque<std::string> out;
    std::size_t waiting = 0;
    bool gone = false;
    std::int32_t last_stream = 0;
    std::vector<std::string> services;
    std::map<std::string, StreamPtr> streams;
    std::map<std::string, std::shared_ptr<tcp::acceptor>> listeners;

    bool is_source() const { return options.mode == "source"; }
    template <class Work>
    void spawn(Work work) {
        asio::co_spawn(executor, [self = this->shared_from_this(), work]() -> awaitable<void> { co_await work(); }, asio::detached);
    }

public:
    Session(const Options& options, WebSocket socket)
        : options(options), socket(std::move(socket)), executor(this->socket.get_executor()), moved(executor) {}

    // Until the WebSocket is gone.
    awaitable<void> run() {
        spawn([this] { return write(); });
        auto code = beast::websocket::close_code::none;
        try {
            co_await read();
        } catch (const Violation& violation) {
            std::cerr << violation.what() << std::endl;
            code = violation.code;
        } catch (const boost::system::system_error& error) {
            std::cerr << "lost: " << error.what() << std::endl;
        }
        gone = true;
        end_all();
        for (auto& [_, listener] : listeners) listener->close();
        moved.notify();
        if (code != beast::websocket::close_code::none) {
            error_code ignored;
            co_await socket.async_close(code, asio::redirect_error(use_awaitable, ignored));
        }
        beast::get_lowest_layer(socket).close();
    }

private:
    awaitable<void> read() {
        std::string held;
        std::array<char, 65536> chunk;
        for (;;) {
            const auto count = co_await socket.async_read_some(asio::buffer(chunk), use_awaitable);
            if (socket.got_text()) throw Violation(beast::websocket::close_code::unknown_data, "a text message");
            held.append(chunk.data(), count);
            std::size_t at = 0;
            while (held.size() - at >= 2) {
                const auto end = at + 2 + (std::uint8_t(held[at]) << 8 | std::uint8_t(held[at + 1]));
                if (end > held.size()) break;
                auto message = Message::parse(std::string_view(held).substr(at + 2, end - at - 2));
                if (!message) throw Violation(beast::websocket::close_code::protocol_error, "a message that does not parse");
                at = end;
                co_await handle(*message);
            }
            held.erase(0, at);
        }
    }

    awaitable<void> handle(Message& message) {
        if (message.type == service_ids) co_return learn(std::move(message.services));
        if (message.type == session_reset) co_return end_all();
        const auto service = message.service.empty() && services.size() == 1 ? services[0] : message.service;
        if (message.type == stream_start) co_return start_stream(message, service);
        const auto found = streams.find(service);
        if (found == streams.end() || found->second->id != message.stream) co_return;  // stale
        const auto stream = found->second;
        const auto number = !stream->numbered ? 0 : message.connection == 0 ? 1 : message.connection;
        const auto at = stream->connections.find(number);
        const auto connection = at == stream->connections.end() ? nullptr : at->second;
        if (message.type == data) {
            if (connection) co_await deliver(connection, std::move(message.payload));
        } else if (message.type == stream_reset) {
            end(stream);
        } else if (message.type == connection_reset && stream->numbered) {
            if (connection) end(connection);
        } else if (message.type == connection_start && stream->numbered) {
            if (is_source() || connection) {
                send(connection_reset, *stream, number);
                if (is_source() && connection) end(connection);
            } else {
                dial(add(stream, number), connection_reset);
            }
        } else if (!message.ignorable) {
            send(stream_reset, *stream);
            end(stream);
        }
    }

    // Waits for an application that does not read, and the whole tunnel with it.
    awaitable<void> deliver(ConnectionPtr connection, std::string payload) {
        connection->held += payload.size();
        connection->inbox.push_back(std::move(payload));
        connection->moved.notify();
        while (connection->held > much && !connection->over && !gone) co_await connection->moved.wait();
    }

    void learn(std::vector<std::string> told) {
        services = std::move(told);
        if (!is_source()) return;
        for (const auto& service : services) {
            if (listeners.count(service)) continue;
            const auto* endpoint = address(service);
            if (!endpoint) continue;
            auto listener = std::make_shared<tcp::acceptor>(executor, *endpoint);
            listeners[service] = listener;
            std::cout << service << " listens on " << listener->local_endpoint().port() << std::endl;
            spawn([this, service, listener] { return accept(service, listener); });
        }
    }

    const tcp::endpoint* address(const std::string& service) const {
        auto found = options.mappings.find(service);
        if (found == options.mappings.end() && services.size() == 1) found = options.mappings.find("");
        return found == options.mappings.end() ? nullptr : &found->second;
    }

    awaitable<void> accept(std::string service, std::shared_ptr<tcp::acceptor> listener) {
        for (;;) {
            error_code error;
            auto application = co_await listener->async_accept(asio::redirect_error(use_awaitable, error));
            if (gone || !listener->is_open()) co_return;
            if (error) continue;
            auto& stream = streams[service];
            const bool is_busy = stream && !stream->connections.empty();
            if (is_busy && !stream->numbered) continue;  // one at a time before V3: it is closed
            if (!is_busy) stream = std::make_shared<Stream>(Stream{service, service, ++last_stream, options.version == "V3"});
            auto connection = add(stream, stream->numbered ? ++stream->last : 0);
            connection->socket = std::move(application);
            send(is_busy ? connection_start : stream_start, *connection->stream, connection->number);
            spawn([this, connection] { return carry(connection); });
        }
    }

    void start_stream(const Message& message, const std::string& service) {
        if (is_source()) throw Violation(beast::websocket::close_code::policy_error, "STREAM_START at a source");
        if (const auto old = streams.find(service); old != streams.end()) end(StreamPtr(old->second));
        const bool numbered = options.version == "V3" && message.connection != 0;
        auto stream = std::make_shared<Stream>(Stream{service, message.service, message.stream, numbered});
        if (!address(service)) return send(stream_reset, *stream);
        streams[service] = stream;
        dial(add(stream, numbered ? message.connection : 0), stream_reset);
    }

    void dial(ConnectionPtr connection, Type failure) {
        spawn([this, connection, failure]() -> awaitable<void> {
            error_code error;
            const auto target = *address(connection->stream->service);
            co_await connection->socket.async_connect(target, asio::redirect_error(use_awaitable, error));
            if (!error) co_return co_await carry(connection);
            if (!end(connection)) co_return;
            if (failure == stream_reset) end(connection->stream);
            send(failure, *connection->stream, connection->number);
        });
    }

    ConnectionPtr add(StreamPtr stream, std::uint32_t number) {
        return stream->connections[number] = std::make_shared<Connection>(stream, number, executor);
    }

    // Moves bytes until either side ends the connection; the socket is closed behind the last of them.
    awaitable<void> carry(ConnectionPtr connection) {
        error_code error;
        connection->socket.set_option(tcp::no_delay(true), error);
        spawn([this, connection] { return upwards(connection); });
        while (!error && !(connection->over && connection->inbox.empty())) {
            if (connection->inbox.empty()) {
                co_await connection->moved.wait();
                continue;
            }
            const auto payload = std::move(connection->inbox.front());
            connection->inbox.pop_front();
            co_await asio::async_write(connection->socket, asio::buffer(payload), asio::redirect_error(use_awaitable, error));
            connection->held -= payload.size();
            connection->moved.notify();
        }
        if (error) ended_here(connection);
        connection->socket.shutdown(tcp::socket::shutdown_send, error);
        connection->held = 0;
        closes_in(connection, linger_time);
    }

    awaitable<void> upwards(ConnectionPtr connection) {
        std::array<char, 16384> chunk;
        error_code error;
        for (;;) {
            const auto count = co_await connection->socket.async_read_some(asio::buffer(chunk), asio::redirect_error(use_awaitable, error));
            if (error) break;
            if (!connection->over) send(data, *connection->stream, connection->number, {chunk.data(), count});
            while (waiting > much && !gone) co_await moved.wait();
        }
        ended_here(connection);
        closes_in(connection, connection->inbox.empty() ? 0s : flush_time);
    }

    void closes_in(ConnectionPtr connection, std::chrono::seconds time) {
        auto timer = std::make_shared<asio::steady_timer>(executor, time);
        timer->async_wait([connection, timer](error_code) {
            error_code ignored;
            connection->socket.close(ignored);
        });
    }

    // The peer is told, once.
    void ended_here(ConnectionPtr connection) {
        if (!end(connection)) return;
        send(connection->stream->numbered ? connection_reset : stream_reset, *connection->stream, connection->number);
    }

    // True for whoever ends it first.
    bool end(ConnectionPtr connection) {
        if (std::exchange(connection->over, true)) return false;
        auto& stream = connection->stream;
        stream->connections.erase(connection->number);
        const auto found = streams.find(stream->service);
        if (!stream->numbered && found != streams.end() && found->second == stream) streams.erase(found);
        if (!connection->inbox.empty()) closes_in(connection, flush_time);
        connection->moved.notify();
        return true;
    }

    void end(StreamPtr stream) {
        while (!stream->connections.empty()) end(ConnectionPtr(stream->connections.begin()->second));
        const auto found = streams.find(stream->service);
        if (found != streams.end() && found->second == stream) streams.erase(found);
    }

    void end_all() {
        while (!streams.empty()) {
            if (!streams.begin()->second) streams.erase(streams.begin());
            else end(StreamPtr(streams.begin()->second));
        }
    }

    void send(Type type, const Stream& stream, std::uint32_t number = 0, std::string payload = {}) {
        Message message;
        message.type = type;
        message.stream = stream.id;
        message.service = stream.spelt;
        message.connection = number;
        message.payload = std::move(payload);
        out.push_back(message.frame());
        waiting += out.back().size();
        moved.notify();
    }

    awaitable<void> write() {
        while (!gone) {
            if (out.empty()) {
                co_await moved.wait();
                continue;
            }
            const auto frame = std::move(out.front());
            out.pop_front();
            error_code error;
            co_await socket.async_write(asio::buffer(frame), asio::redirect_error(use_awaitable, error));
            if (error) co_return;
            waiting -= frame.size();
            moved.notify();
        }
    }
};
