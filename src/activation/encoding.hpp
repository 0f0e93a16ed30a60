// SPDX-License-Identifier: Apache-2.0
//
// Byte strings and numbers one after the other, each with its length, for files that go from one process of
// ours to another. A reader of damaged bytes gets an error, never a surprise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract::activation {

class Writer {
public:
    Writer& text(std::string_view bytes) {
        bytes_.append(std::to_string(bytes.size())).append(":").append(bytes);
        return *this;
    }
    Writer& number(std::uint64_t number) { return text(std::to_string(number)); }
    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

// After the first damage everything is empty or 0, and `ok` is false.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::string text();
    std::uint64_t number();
    // A number of things to read, each at least one field long: never more than the bytes left.
    std::size_t count();
    bool ok() const { return ok_; }
    bool at_end() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace contract::activation
