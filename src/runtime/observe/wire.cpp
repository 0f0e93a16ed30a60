// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace contract::runtime {

namespace {

constexpr std::uint32_t frame_limit = 64U << 20;  // bytes

class Writer {
public:
    void number(std::uint64_t value) {
        for (int i = 0; i < 8; ++i) bytes_ += static_cast<char>((value >> (8 * i)) & 0xFF);
    }
    void text(std::string_view value) {
        number(value.size());
        bytes_ += value;
    }
    void value(const expression::Value& value) {
        number(static_cast<std::uint64_t>(value.kind()));
        if (const auto truth = value.as<bool>()) number(*truth ? 1 : 0);
        if (const auto integer = value.as<std::int64_t>()) number(static_cast<std::uint64_t>(*integer));
        if (const auto* string = value.as<std::string>()) text(*string);
        if (const auto* list = value.as<expression::List>()) {
            number(list->size());
            for (const auto& item : *list) this->value(item);
        }
    }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

// After the first read past the end every read gives zero or nothing, and ok() is false.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t number() {
        if (rest_.size() < 8) return fail();
        std::uint64_t value = 0;
        for (unsigned i = 0; i < 8; ++i)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
        rest_.remove_prefix(8);
        return value;
    }
    std::string text() {
        const std::uint64_t size = number();
        if (size > rest_.size()) {
            fail();
            return {};
        }
        std::string value(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return value;
    }
    // Each element takes at least eight bytes, which bounds every loop over a count.
    std::uint64_t count() {
        const std::uint64_t value = number();
        return value <= rest_.size() / 8 ? value : fail();
    }
    expression::Value value(int depth = 0) {
        using expression::Kind;
        const std::uint64_t kind = number();
        if (kind == static_cast<std::uint64_t>(Kind::boolean)) return {number() != 0};
        if (kind == static_cast<std::uint64_t>(Kind::integer)) return {static_cast<std::int64_t>(number())};
        if (kind == static_cast<std::uint64_t>(Kind::string)) return {text()};
        if (kind == static_cast<std::uint64_t>(Kind::list)) return {list(depth)};
        if (kind != static_cast<std::uint64_t>(Kind::null)) fail();
        return {};
    }
    bool ok() const { return ok_ && rest_.empty(); }

private:
    expression::List list(int depth) {
        expression::List items;
        if (depth > 4) fail();
        for (std::uint64_t left = count(); left > 0; --left) items.push_back(value(depth + 1));
        return items;
    }
    std::uint64_t fail() {
        ok_ = false;
        rest_ = {};
        return 0;
    }
    std::string_view rest_;
    bool ok_ = true;
};

void write_parameter(Writer& writer, const core::Parameter& parameter) {
    writer.number(parameter.index());
    if (const auto* truth = std::get_if<bool>(&parameter)) writer.number(*truth ? 1 : 0);
    if (const auto* integer = std::get_if<std::int64_t>(&parameter))
        writer.number(static_cast<std::uint64_t>(*integer));
    if (const auto* string = std::get_if<std::string>(&parameter)) writer.text(*string);
    if (const auto* strings = std::get_if<std::vector<std::string>>(&parameter)) {
        writer.number(strings->size());
        for (const auto& item : *strings) writer.text(item);
    }
}

core::Parameter read_parameter(Reader& reader) {
    switch (reader.number()) {
        case 0: return reader.number() != 0;
        case 1: return static_cast<std::int64_t>(reader.number());
        case 2: return reader.text();
        default: break;
    }
    std::vector<std::string> strings;
    for (std::uint64_t left = reader.count(); left > 0; --left) strings.push_back(reader.text());
    return strings;
}

bool receive_exactly(int socket, char* into, std::size_t size) {
    while (size > 0) {
        const ssize_t got = ::recv(socket, into, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

std::string encode(const Numbered& request) {
    Writer writer;
    writer.number(request.id);
    writer.text(request.observation.kind);
    writer.number(static_cast<std::uint64_t>(request.observation.timeout_ms));
    writer.number(request.observation.parameters.size());
    for (const auto& [name, parameter] : request.observation.parameters) {
        writer.text(name);
        write_parameter(writer, parameter);
    }
    writer.number(request.observation.wanted.size());
    for (const auto& name : request.observation.wanted) writer.text(name);
    return writer.take();
}

std::optional<Numbered> decode_request(std::string_view body) {
    Reader reader(body);
    Numbered out;
    out.id = reader.number();
    out.observation.kind = reader.text();
    out.observation.timeout_ms = static_cast<std::int64_t>(reader.number());
    for (std::uint64_t left = reader.count(); left > 0; --left) {
        std::string name = reader.text();
        out.observation.parameters[std::move(name)] = read_parameter(reader);
    }
    for (std::uint64_t left = reader.count(); left > 0; --left) out.observation.wanted.insert(reader.text());
    return reader.ok() ? std::optional(std::move(out)) : std::nullopt;
}

std::string encode(const Answer& answer) {
    Writer writer;
    writer.number(answer.id);
    writer.text(answer.facts.source);
    writer.number(answer.facts.can_change ? 1 : 0);
    writer.number(answer.facts.facts.size());
    for (const auto& [name, fact] : answer.facts.facts) {
        writer.text(name);
        writer.number(static_cast<std::uint64_t>(fact.state));
        writer.value(fact.value);
        writer.text(fact.reason);
        writer.text(fact.help);
    }
    return writer.take();
}

std::optional<Answer> decode_answer(std::string_view body) {
    Reader reader(body);
    Answer out;
    out.id = reader.number();
    out.facts.source = reader.text();
    out.facts.can_change = reader.number() != 0;
    for (std::uint64_t left = reader.count(); left > 0; --left) {
        std::string name = reader.text();
        Fact fact;
        const std::uint64_t state = reader.number();
        if (state > static_cast<std::uint64_t>(Fact::State::unknown)) return std::nullopt;
        fact.state = static_cast<Fact::State>(state);
        fact.value = reader.value();
        fact.reason = reader.text();
        fact.help = reader.text();
        out.facts.facts.emplace(std::move(name), std::move(fact));
    }
    return reader.ok() ? std::optional(std::move(out)) : std::nullopt;
}

bool send_frame(int socket, std::string_view body) {
    std::string frame(4, '\0');
    const auto size = static_cast<std::uint32_t>(body.size());
    std::memcpy(frame.data(), &size, sizeof size);
    frame += body;
    for (std::string_view rest = frame; !rest.empty();) {
        const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::optional<std::string> receive_frame(int socket) {
    std::uint32_t size = 0;
    if (!receive_exactly(socket, reinterpret_cast<char*>(&size), sizeof size)) return std::nullopt;
    if (size > frame_limit) return std::nullopt;
    std::string body(size, '\0');
    if (!receive_exactly(socket, body.data(), size)) return std::nullopt;
    return body;
}

}  // namespace contract::runtime
