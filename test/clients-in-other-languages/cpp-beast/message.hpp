// The protobuf message of a tunnel frame, by hand.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

enum Type : std::uint64_t { data = 1, stream_start, stream_reset, session_reset, service_ids, connection_start, connection_reset };

struct Message {
    std::uint64_t type = 0;
    std::int32_t stream = 0;
    bool ignorable = false;
    std::string payload, service;
    std::vector<std::string> services;
    std::uint32_t connection = 0;

    // The message behind its two bytes of length.
    std::string frame() const {
        std::string body;
        number(body, 1, type);
        number(body, 2, static_cast<std::uint64_t>(static_cast<std::int64_t>(stream)));
        text(body, 5, service);
        number(body, 7, connection);
        text(body, 4, payload);
        return std::string{char(body.size() >> 8), char(body.size())} + body;
    }

    // Nothing for what does not parse.
    static std::optional<Message> parse(std::string_view body) {
        Message message;
        while (!body.empty()) {
            std::uint64_t tag = 0, value = 0;
            std::string_view bytes;
            if (!varint(body, tag) || tag >> 3 == 0) return {};
            const auto kind = tag & 7;
            if (kind == 0 || kind == 2) {
                if (!varint(body, value)) return {};
            } else if (kind == 1 || kind == 5) {
                value = kind == 1 ? 8 : 4;
            } else {
                return {};
            }
            if (kind != 0) {
                if (value > body.size()) return {};
                bytes = body.substr(0, value);
                body.remove_prefix(value);
            }
            switch (tag) {
                case 1 << 3: message.type = value; break;
                case 2 << 3: message.stream = static_cast<std::int32_t>(value); break;
                case 3 << 3: message.ignorable = value != 0; break;
                case 4 << 3 | 2: message.payload = bytes; break;
                case 5 << 3 | 2: message.service = bytes; break;
                case 6 << 3 | 2: message.services.emplace_back(bytes); break;
                case 7 << 3: message.connection = static_cast<std::uint32_t>(value); break;
            }
        }
        return message;
    }

private:
    static void append(std::string& out, std::uint64_t value) {
        for (; value > 127; value >>= 7) out += char(value | 128);
        out += char(value);
    }
    static void number(std::string& out, int field, std::uint64_t value) {
        if (value != 0) append(out, field << 3), append(out, value);
    }
    static void text(std::string& out, int field, const std::string& value) {
        if (!value.empty()) append(out, field << 3 | 2), append(out, value.size()), out += value;
    }
    static bool varint(std::string_view& body, std::uint64_t& value) {
        for (int shift = 0; shift < 70 && !body.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(body.front());
            body.remove_prefix(1);
            value |= std::uint64_t(byte & 127) << (shift & 63);
            if (byte < 128) return true;
        }
        return false;
    }
};
