// SPDX-License-Identifier: Apache-2.0
//
// The framing of git's protocol: four hex digits of length, then that many bytes, or a mark. Knows nothing of
// what the packets mean. A failure leaves libgit2's error set.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "library.hpp"

namespace contract::git {

// "0009hello" for "hello". Requires at most 65516 bytes.
std::string packet(std::string_view text);
inline constexpr std::string_view flush_packet = "0000";
inline constexpr std::string_view delimiter_packet = "0001";

class PacketReader {
public:
    enum class Kind { data, flush, delimiter, end, failed };

    // `stream` outlives the reader.
    explicit PacketReader(git_smart_subtransport_stream& stream) : stream_(stream) {}
    // `end` is an orderly end between two packets; an end within one is `failed`.
    Kind next();
    // Of the last data packet, without a line end; valid until the next call.
    std::string_view line() const;
    std::string_view bytes() const { return bytes_; }

private:
    bool fill(std::size_t size);  // makes `size` bytes available; false at the end and on failure

    git_smart_subtransport_stream& stream_;
    std::string buffer_;
    std::size_t taken_ = 0;  // bytes of the buffer that were given out
    std::string_view bytes_;
    bool failed_ = false;
};

}  // namespace contract::git
