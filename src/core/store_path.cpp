// SPDX-License-Identifier: Apache-2.0
#include "contract/core/store_path.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::core {

namespace {

// A name of the manifest and a word of ours in front of it.
constexpr std::size_t longest_name = 80;

}  // namespace

StorePath::StorePath(const Digest& digest, std::string_view name) : base_(digest.short_name()) {
    if (!is_name(name, longest_name))
        throw InternalError("a store path needs a name, not '" + std::string(name) + "'");
    base_.append("-").append(name);
}

Result<StorePath> StorePath::parse(std::string_view text) {
    std::string_view base = text;
    if (base.starts_with(store_directory) && base.substr(store_directory.size()).starts_with('/'))
        base.remove_prefix(store_directory.size() + 1);
    const auto in_alphabet = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); };
    const bool right = base.size() > 33 && base[32] == '-' && is_name(base.substr(33), longest_name) &&
                       std::all_of(base.begin(), base.begin() + 32, in_alphabet);
    if (!right)
        return Error{"bad-store-path",
                     "'" + harmless(text.substr(0, 120)) + "' is not a store path",
                     Blame::declaration,
                     {},
                     {},
                     {}};
    StorePath path;
    path.base_ = base;
    return path;
}

std::string StorePath::text() const {
    return std::string(store_directory).append("/").append(base_);
}

}  // namespace contract::core
