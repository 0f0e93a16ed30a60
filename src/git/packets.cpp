// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"

#include <array>
#include <optional>

namespace contract::git {

namespace {

constexpr std::size_t piece = std::size_t{1} << 16;
constexpr std::size_t head_size = 4;

std::optional<std::size_t> hex_number(std::string_view digits) {
    std::size_t out = 0;
    for (const char c : digits) {
        std::size_t value = 0;
        if (c >= '0' && c <= '9')
            value = static_cast<std::size_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = static_cast<std::size_t>(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            value = static_cast<std::size_t>(c - 'A') + 10;
        else
            return std::nullopt;
        out = out * 16 + value;
    }
    return out;
}

}  // namespace

std::string packet(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::size_t size = text.size() + head_size;
    if (size > 65520) throw InternalError("git::packet: too long");
    std::string out;
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out += digits[(size >> shift) & 15U];
    return out.append(text);
}

bool PacketReader::fill(std::size_t size) {
    while (buffer_.size() - taken_ < size) {
        if (taken_ > 0) buffer_.erase(0, std::exchange(taken_, 0));
        const std::size_t before = buffer_.size();
        buffer_.resize(before + piece);
        std::size_t got = 0;
        const int status = stream_.read(&stream_, buffer_.data() + before, piece, &got);
        buffer_.resize(before + (status == 0 ? got : 0));
        failed_ = failed_ || status != 0;
        if (status != 0 || got == 0) return false;
    }
    return true;
}

PacketReader::Kind PacketReader::next() {
    if (!fill(head_size)) {
        if (!failed_ && buffer_.size() == taken_) return Kind::end;
        if (!failed_) git().git_error_set_str(GIT_ERROR_NET, "the server ended the connection too early");
        return Kind::failed;
    }
    const auto size = hex_number(std::string_view(buffer_).substr(taken_, head_size));
    if (!size || *size == 2 || *size == 3) {
        git().git_error_set_str(GIT_ERROR_NET, "the server answers something that is not git's protocol");
        return Kind::failed;
    }
    if (*size < head_size) {
        taken_ += head_size;
        return *size == 0 ? Kind::flush : Kind::delimiter;
    }
    if (!fill(*size)) {
        if (!failed_) git().git_error_set_str(GIT_ERROR_NET, "the server ended the connection too early");
        return Kind::failed;
    }
    bytes_ = std::string_view(buffer_).substr(taken_ + head_size, *size - head_size);
    taken_ += *size;
    return Kind::data;
}

std::string_view PacketReader::line() const {
    return bytes_.ends_with('\n') ? bytes_.substr(0, bytes_.size() - 1) : bytes_;
}

}  // namespace contract::git
