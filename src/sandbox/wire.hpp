// SPDX-License-Identifier: Apache-2.0
//
// How values travel to and from the helper: numbers as eight little-endian bytes, strings with their length
// in front. A Reader never trusts a length; after the first bad one it stays failed and gives zeros.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace contract::sandbox {

class Writer {
public:
    Writer& number(std::uint64_t value) {
        for (int shift = 0; shift < 64; shift += 8)
            bytes_.push_back(static_cast<char>(value >> shift & 0xff));
        return *this;
    }
    Writer& flag(bool value) { return number(value ? 1 : 0); }
    Writer& text(std::string_view value) {
        number(value.size());
        bytes_.append(value);
        return *this;
    }
    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t number() {
        if (rest_.size() < 8) return fail();
        std::uint64_t value = 0;
        for (int i = 7; i >= 0; --i)
            value = value << 8 | static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]);
        rest_.remove_prefix(8);
        return value;
    }
    bool flag() {
        const auto value = number();
        if (value > 1) fail();
        return value == 1;
    }
    std::uint32_t small() {
        const auto value = number();
        return value > UINT32_MAX ? static_cast<std::uint32_t>(fail()) : static_cast<std::uint32_t>(value);
    }
    std::string text() {
        const auto size = number();
        if (size > rest_.size()) {
            fail();
            return {};
        }
        std::string value(rest_.substr(0, static_cast<std::size_t>(size)));
        rest_.remove_prefix(static_cast<std::size_t>(size));
        return value;
    }
    // The number of elements that follow; each takes eight bytes at least, which bounds what a list may
    // claim.
    std::uint64_t count() {
        const auto value = number();
        return value > rest_.size() / 8 ? fail() : value;
    }
    bool failed() const { return failed_; }
    bool ended() const { return rest_.empty(); }

private:
    std::uint64_t fail() {
        failed_ = true;
        rest_ = {};
        return 0;
    }
    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace contract::sandbox
