// SPDX-License-Identifier: Apache-2.0
#include "frames.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "contract/base/text.hpp"
#include "contract/os/child.hpp"

namespace contract::copy {

namespace {

constexpr std::size_t name_size = 32 + 8 + 1;
constexpr std::size_t pending_at_most = std::size_t{1} << 18;

void put_number(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned shift = bytes * 8; shift > 0; shift -= 8)
        out += static_cast<char>(static_cast<unsigned char>(value >> (shift - 8)));
}

std::uint64_t number_of(std::string_view bytes) {
    std::uint64_t out = 0;
    for (const char byte : bytes) out = (out << 8) | static_cast<unsigned char>(byte);
    return out;
}

// Codes that may come from the other side and mean the same here.
constexpr std::array known_codes = std::to_array<std::string_view>(
    {"bad-configuration", "bad-key", "copy-damaged", "copy-failed", "copy-missing", "key-missing",
     "network-file-system", "not-built", "result-untrusted", "store-damaged", "store-newer", "system"});

}  // namespace

Error Channel::failed(std::string_view what) const {
    return {"copy-failed", "'" + harmless(peer_) + "' " + std::string(what), Blame::environment, {}, {}, {}};
}

// False at the end of the stream before the first byte.
Result<bool> Channel::read_exactly(char* to, std::size_t size) {
    std::size_t got_before = 0;
    while (got_before < size) {
        if (received_at_ < received_.size()) {
            const auto some = std::min(size - got_before, received_.size() - received_at_);
            std::memcpy(to + got_before, received_.data() + received_at_, some);
            received_at_ += some;
            got_before += some;
            continue;
        }
        switch (os::wait_ready(in_, POLLIN, limit_ms_, interrupted_)) {
            case os::Ready::yes: break;
            case os::Ready::silent: return failed("was silent for too long");
            case os::Ready::interrupted:
                return Error{"interrupted", "interrupted", Blame::environment, {}, {}, {}};
        }
        received_.resize(std::size_t{1} << 16);
        received_at_ = 0;
        const ssize_t got = ::read(in_, received_.data(), received_.size());
        received_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        // A reset is how the end looks when the other side went before it read everything.
        if (got < 0 && errno != ECONNRESET)
            return failed(std::string("cannot be read: ") + std::strerror(errno));
        if (got > 0) continue;
        if (got_before == 0) return false;
        return failed("broke off");
    }
    return true;
}

Result<Frame> Channel::read() {
    TRY(flush());
    std::array<char, 5> head{};
    TRY_ASSIGN(const bool there, read_exactly(head.data(), head.size()));
    Frame frame;
    if (!there) return frame;
    frame.kind = head[0];
    const auto size = static_cast<std::size_t>(number_of({head.data() + 1, 4}));
    if (frame.kind == '\0' || size > (frame.kind == 'd' ? largest_data : largest_frame))
        return failed("does not speak the protocol of `contract copy`");
    // Not all at once: a length is only a promise.
    while (frame.payload.size() < size) {
        const auto before = frame.payload.size();
        frame.payload.resize(std::min(size, before + (std::size_t{1} << 16)));
        TRY_ASSIGN(const bool more,
                   read_exactly(frame.payload.data() + before, frame.payload.size() - before));
        if (!more) return failed("broke off");
    }
    return frame;
}

Result<> Channel::write(char kind, std::string_view payload) {
    pending_ += kind;
    put_number(pending_, payload.size(), 4);
    pending_ += payload;
    return pending_.size() < pending_at_most ? Result<>() : flush();
}

Result<> Channel::flush() {
    const std::string bytes = std::exchange(pending_, {});
    return send(bytes);
}

Result<> Channel::send(std::string_view bytes) {
    while (!bytes.empty()) {
        switch (os::wait_ready(out_, POLLOUT, limit_ms_, interrupted_)) {
            case os::Ready::yes: break;
            case os::Ready::silent: return failed("took nothing for too long");
            case os::Ready::interrupted:
                return Error{"interrupted", "interrupted", Blame::environment, {}, {}, {}};
        }
        // On a socket without a signal when nobody reads, and never longer than there is room; what sshd
        // gives the other side may be pipes, and that side has nothing better to do than to wait.
        ssize_t put = ::send(out_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && errno == ENOTSOCK) put = ::write(out_, bytes.data(), bytes.size());
        if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (put < 0) return failed(std::string("has gone: ") + std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

std::string encode_names(const std::vector<BlobName>& names) {
    std::string out;
    out.reserve(names.size() * name_size);
    for (const auto& name : names) {
        const auto& bytes = name.digest.bytes();
        out.append(bytes.begin(), bytes.end());
        put_number(out, name.size, 8);
        out += name.executable ? '\1' : '\0';
    }
    return out;
}

std::optional<std::vector<BlobName>> decode_names(std::string_view bytes) {
    if (bytes.size() % name_size != 0 || bytes.size() / name_size > most_names) return std::nullopt;
    std::vector<BlobName> out;
    for (; !bytes.empty(); bytes.remove_prefix(name_size)) {
        Digest::Bytes digest;
        std::memcpy(digest.data(), bytes.data(), digest.size());
        const char executable = bytes[name_size - 1];
        if (executable != '\0' && executable != '\1') return std::nullopt;
        out.push_back({Digest(digest), number_of(bytes.substr(32, 8)), executable == '\1'});
    }
    return out;
}

std::string encode_error(const Error& error) {
    std::string out;
    const auto put = [&](std::string_view text) {
        put_number(out, text.size(), 4);
        out += text;
    };
    put(error.code);
    put(error.message);
    put_number(out, error.notes.size(), 4);
    for (const auto& note : error.notes) put(note);
    for (const auto& help : error.help) put(help);
    return out;
}

Error decode_error(std::string_view bytes, const std::string& peer) {
    const auto take_number = [&] {
        const auto size = std::min<std::size_t>(4, bytes.size());
        const auto value = number_of(bytes.substr(0, size));
        bytes.remove_prefix(size);
        return value;
    };
    const auto take = [&] {
        const auto said = take_number();  // before the size of what is left is asked
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(said, bytes.size()));
        const auto text = harmless(bytes.substr(0, size));
        bytes.remove_prefix(size);
        return text;
    };
    Error error{take(), "", Blame::environment, {}, {}, {}};
    error.message = "'" + harmless(peer) + "' refused: " + take();
    for (auto left = take_number(); left > 0 && !bytes.empty(); --left) error.notes.push_back(take());
    while (!bytes.empty()) error.help.push_back(take());
    if (std::find(known_codes.begin(), known_codes.end(), error.code) == known_codes.end())
        error.code = "copy-failed";
    return error;
}

}  // namespace contract::copy
