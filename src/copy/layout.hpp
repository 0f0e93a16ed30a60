// SPDX-License-Identifier: Apache-2.0
//
// Where things lie in a directory that results are copied to. contract(1) tells it under COPIES; a program
// that writes another version leaves older ones alone.
#pragma once

#include <string>

#include "contract/base/path.hpp"
#include "contract/copy/place.hpp"

namespace contract::copy::layout {

inline constexpr std::string_view marker_name = "contract-copy";
inline constexpr std::string_view marker_text = "contract copy 1\n";

inline std::string marker(const std::string& top) {
    return path::join(top, marker_name);
}
inline std::string blob(const std::string& top, const Digest& digest) {
    const auto hex = digest.hex();
    return top + "/blobs/" + hex.substr(0, 2) + "/" + hex;
}
inline std::string result(const std::string& top, const Digest& action) {
    const auto hex = action.hex();
    return top + "/results/" + hex.substr(0, 2) + "/" + hex;
}
inline std::string path(const std::string& top, const core::StorePath& path) {
    return top + "/paths/" + path.base();
}
// Only for who writes there.
inline std::string temporary(const std::string& top) {
    return top + "/tmp";
}

// Whether the directory is such a place; an error when it is one of a newer program. Errors: bad-place.
Result<bool> is_place(const std::string& top);
Error bad_place(const std::string& top, std::string_view what);

}  // namespace contract::copy::layout
