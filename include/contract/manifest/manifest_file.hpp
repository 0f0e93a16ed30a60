// SPDX-License-Identifier: Apache-2.0
//
// contract.toml: text → Manifest. Parses, never opens. Every mistake of a file in one go; a syntax error is
// the only one that ends it. Columns are code points.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/manifest.hpp"

namespace contract::manifest {

inline constexpr std::size_t largest_file =
    2'000'000;  // bytes: toml++ is quadratic in dotted keys that make tables

struct ParsedManifest {
    core::Manifest manifest;  // whatever could be read; sources are filled also after a syntax error
    std::vector<core::Finding> findings;
    bool usable = false;  // false: a syntax error or a bad [contract], which blocks everything
};

// `file` is the name that spans carry.
ParsedManifest parse_manifest(std::string file, std::string text);

// Where in the file bytes [begin, end) of the decoded string stand, escapes and multi-line strings included.
// `literal` is the span of the whole TOML string in `text`.
Span span_in_string(std::string_view text, const Span& literal, std::size_t begin, std::size_t end);

}  // namespace contract::manifest
