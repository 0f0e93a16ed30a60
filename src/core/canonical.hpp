// SPDX-License-Identifier: Apache-2.0
//
// The encoding under every digest of ours: a list of named byte strings, each with its length, so that no two
// different lists have the same bytes whatever they contain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace contract::core {

class Canonical {
public:
    Canonical& add(std::string_view name, std::string_view bytes) {
        text_.append(name)
            .append(" ")
            .append(std::to_string(bytes.size()))
            .append(":")
            .append(bytes)
            .append("\n");
        return *this;
    }
    Canonical& add(std::string_view name, std::uint64_t number) { return add(name, std::to_string(number)); }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

}  // namespace contract::core
