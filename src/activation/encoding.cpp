// SPDX-License-Identifier: Apache-2.0
#include "encoding.hpp"

#include <charconv>

namespace contract::activation {

std::string Reader::text() {
    std::size_t length = 0;
    const char* begin = rest_.data();
    const auto parsed = std::from_chars(begin, begin + rest_.size(), length);
    const auto digits = static_cast<std::size_t>(parsed.ptr - begin);
    if (parsed.ec != std::errc{} || digits >= rest_.size() || rest_[digits] != ':' ||
        length > rest_.size() - digits - 1) {
        ok_ = false;
        rest_ = {};
        return {};
    }
    std::string found(rest_.substr(digits + 1, length));
    rest_.remove_prefix(digits + 1 + length);
    return found;
}

std::uint64_t Reader::number() {
    const std::string digits = text();
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
        ok_ = false;
        rest_ = {};
        return 0;
    }
    return value;
}

std::size_t Reader::count() {
    const std::uint64_t number_of_things = number();
    if (number_of_things > rest_.size()) {
        ok_ = false;
        rest_ = {};
        return 0;
    }
    return static_cast<std::size_t>(number_of_things);
}

}  // namespace contract::activation
