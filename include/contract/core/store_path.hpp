// SPDX-License-Identifier: Apache-2.0
//
// Where an output or an input tree lies, as every build and command sees it:
// /var/lib/contract/store/<32 characters>-<name>.
#pragma once

#include <string>
#include <string_view>

#include "contract/base/digest.hpp"

namespace contract::core {

inline constexpr std::string_view store_directory = "/var/lib/contract/store";

class StorePath {
public:
    StorePath() = default;
    StorePath(const Digest& digest, std::string_view name);  // requires is_name(name, 80)
    // Accepts a base name "<32>-<name>", or the same below store_directory. Error: bad-store-path.
    static Result<StorePath> parse(std::string_view text);

    const std::string& base() const { return base_; }  // "<32>-<name>"
    std::string_view hash() const {
        return std::string_view(base_).substr(0, 32);
    }  // what references are found by
    std::string_view name() const { return std::string_view(base_).substr(33); }
    std::string text() const;  // the whole path

    friend auto operator<=>(const StorePath&, const StorePath&) = default;

private:
    std::string base_;
};

}  // namespace contract::core
