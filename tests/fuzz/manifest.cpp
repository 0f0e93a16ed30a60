// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as contract.toml and as a module: they are parsed, every place that is told lies
// inside the text, and a second reading says the same. A promise that is broken ends the process.
//
// As a normal test this replays the files of corpus/manifest. To look for more, see tests/README.md.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "contract/manifest/manifest_file.hpp"
#include "contract/manifest/module_file.hpp"

namespace {

using namespace contract;

void require(bool kept, const char* promise) {
    if (kept) return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

void check_place(const Span& where, const std::string& text) {
    require(where.begin_byte <= where.end_byte && where.end_byte <= text.size(), "places lie in the text");
    require(where.line >= 1 && where.column >= 1, "lines and columns count from one");
}

void check_findings(const std::vector<core::Finding>& findings, const std::string& text) {
    for (const auto& finding : findings) {
        require(!finding.code.empty() && !finding.message.empty(), "a finding says what it is");
        if (finding.where) check_place(*finding.where, text);
        for (const auto& label : finding.related) check_place(label.where, text);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto manifest = manifest::parse_manifest("contract.toml", text);
    check_findings(manifest.findings, text);
    require(manifest.findings == manifest::parse_manifest("contract.toml", text).findings,
            "a text is read the same twice");
    const auto module = manifest::parse_module({"modules/a.toml", "", "modules.a", text});
    check_findings(module.findings, text);
    for (const auto& option : module.module.options) manifest::parts_of_option(option.path.value);
    return 0;
}
