// SPDX-License-Identifier: Apache-2.0
//
// Any texts as a host and three modules, parted by lines of "=====": they are evaluated, every finding has a
// code and a place inside its file, a host without an error is planned, and a second evaluation says the
// same. A promise that is broken ends the process; so does one that takes too long, or too much memory, for
// libFuzzer.
//
// As a normal test this replays the files of corpus/evaluation.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "contract/evaluation/evaluate.hpp"
#include "contract/manifest/manifest_file.hpp"

namespace {

using namespace contract;

constexpr std::string_view separator = "\n=====\n";
constexpr std::size_t modules = 3;

void require(bool kept, const char* promise, const std::string& detail) {
    if (kept) return;
    std::fprintf(stderr, "broken promise: %s: %s\n", promise, detail.c_str());
    std::abort();
}

class TextFiles final : public core::Files {
public:
    std::map<std::string, std::string, std::less<>> texts;
    Result<std::string> read(std::string_view path) override {
        const auto found = texts.find(path);
        if (found != texts.end()) return found->second;
        return none(path);
    }
    Result<Digest> tree(std::string_view path, const std::vector<std::string>&,
                        const std::vector<std::string>&) override {
        return none(path);
    }
    Result<std::vector<std::string>> list(const std::vector<std::string>&) override {
        return std::vector<std::string>{};
    }
    Result<Digest> tree_of(const std::vector<std::string>&) override { return none("."); }

private:
    static Error none(std::string_view path) {
        return {
            "missing-file", "there is no file '" + std::string(path) + "'", Blame::declaration, {}, {}, {}};
    }
};

struct Texts {
    std::string manifest;
    TextFiles files;
};

Texts texts_of(std::string_view input) {
    Texts out;
    std::vector<std::string> parts;
    while (parts.size() < modules) {
        const auto end = input.find(separator);
        if (end == std::string_view::npos) break;
        parts.emplace_back(input.substr(0, end));
        input.remove_prefix(end + separator.size());
    }
    parts.emplace_back(input);
    out.manifest =
        "[contract]\nformat = 1\nname = \"demo\"\n[packages.p]\nbuild = \"true\"\n[hosts.\"web-[1-2]\"]\n"
        "class = \"linux\"\nmodules = [\"./m1.toml\", \"./m2.toml\", \"./m3.toml\"]\n" +
        parts[0] + "\n";
    for (std::size_t i = 1; i <= modules; ++i)
        out.files.texts["m" + std::to_string(i) + ".toml"] = i < parts.size() ? parts[i] : "";
    return out;
}

void check_place(const Span& where, const Texts& texts) {
    const auto file = texts.files.texts.find(where.file.text());
    const std::string& text = file == texts.files.texts.end() ? texts.manifest : file->second;
    require(where.begin_byte <= where.end_byte && where.end_byte <= text.size(), "places lie in the text",
            where.file.text());
}

std::string codes(const core::StageResult& result) {
    std::string out;
    for (const auto& finding : result.findings) out += finding.code + " " + finding.message + "\n";
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto texts = texts_of({reinterpret_cast<const char*>(data), size});
    const auto parsed = manifest::parse_manifest("contract.toml", texts.manifest);
    if (!parsed.usable) return 0;
    const std::optional<core::Lock> none;
    const auto one = evaluation::evaluate({parsed.manifest, none, "x86_64-linux", texts.files});
    bool error = !parsed.findings.empty();
    for (const auto& finding : one.result.findings) {
        require(!finding.code.empty() && !finding.message.empty(), "a finding says what it is", finding.code);
        if (finding.where) check_place(*finding.where, texts);
        for (const auto& label : finding.related) check_place(label.where, texts);
        error = error || finding.severity == core::Severity::error;
    }
    for (const auto& target : one.result.targets)
        require(error || target.outcome == core::Outcome::passed ||
                    target.outcome == core::Outcome::not_applicable,
                "what does not pass has a finding", target.target);
    const auto two = evaluation::evaluate({parsed.manifest, none, "x86_64-linux", texts.files});
    require(one.plan == two.plan && codes(one.result) == codes(two.result), "twice the same", "");
    return 0;
}
