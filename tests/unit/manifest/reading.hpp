// SPDX-License-Identifier: Apache-2.0
//
// What the tests of this room share: a contract with a good header, and ways to ask for findings and places.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "contract/core/code_page.hpp"
#include "contract/manifest/manifest_file.hpp"

namespace contract::test {

inline const std::string good_header = "[contract]\nformat = 1\nname = \"fleet\"\n";

inline manifest::ParsedManifest parse(std::string text) {
    return manifest::parse_manifest("contract.toml", std::move(text));
}
inline manifest::ParsedManifest parse_below_header(std::string_view text) {
    return parse(good_header + std::string(text));
}

// The source text of a span, checked against span_of: line, column and bytes must agree.
inline std::string slice(const std::string& text, const Span& where) {
    CHECK(span_of(where.file, text, where.begin_byte, where.end_byte) == where);
    return text.substr(where.begin_byte, where.end_byte - where.begin_byte);
}
inline std::string slice(const core::Manifest& manifest, const Span& where) {
    return slice(manifest.sources.at(where.file.text()), where);
}

inline std::vector<std::string> codes(const std::vector<core::Finding>& findings) {
    std::vector<std::string> codes;
    for (const auto& finding : findings) {
        codes.push_back(finding.code);
        CHECK(core::find_code_page(finding.code) != nullptr);
    }
    return codes;
}

// The one finding of a text.
inline core::Finding only(const manifest::ParsedManifest& parsed) {
    INFO((parsed.findings.size() > 1 ? parsed.findings[1].message : std::string()));
    REQUIRE(parsed.findings.size() == 1);
    CHECK(core::find_code_page(parsed.findings[0].code) != nullptr);
    return parsed.findings[0];
}

inline std::string apply(std::string text, const core::Fix& fix) {
    auto edits = fix.edits;
    std::sort(edits.begin(), edits.end(),
              [](const auto& a, const auto& b) { return a.begin_byte > b.begin_byte; });
    for (const auto& edit : edits) text.replace(edit.begin_byte, edit.end_byte - edit.begin_byte, edit.text);
    return text;
}

}  // namespace contract::test
