// SPDX-License-Identifier: Apache-2.0
//
// Thousands of damaged files, always the same ones. Whatever they say, reading them ends, tells only places
// that exist, and never gives a half-read target. Worth most in a sanitizer build.
#include <array>
#include <catch2/catch.hpp>
#include <random>

#include "contract/base/text.hpp"
#include "contract/manifest/lock_file.hpp"
#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const std::string manifest_seed = R"([contract]
format = 1
name = "fleet" # é漢
[inputs.zlib]
git = 'https://example.org/zlib.git'
ref = "v1.3.1"
[toolchains.c]
env = { CC = "gcc", "A_B" = 'x' }
[packages."zlib"]
source = { path = "./", include = ["*.c", '''
x'''] }
build = """
./configure --prefix=$out \
   --static \u00e9 "" x
make"""
timeout = "2h"
[hosts.web]
class = "linux"
config.exporter.port = 9_400
config.at = 1979-05-27 07:32:00Z
[[hosts.web.config.unit]]
name = 'a'
[[hosts.web.config.unit]]
list = [ 1.5, [true], { a.b = 0x1F } ]
[probes.api]
kind = "http"
retry = { attempts = 3, interval = "1s" }
)";

const std::string lock_seed =
    "format = 1\n[inputs.zlib]\nwant = { git = \"x\", ref = \"v1\" }\nrev = \"" + std::string(40, 'a') +
    "\"\ndate = 2024-01-22T18:55:38Z\ntree = \"sha256:" + std::string(64, 'b') + "\"\n";

constexpr std::array fragments{"\"",
                               "'",
                               "\"\"\"",
                               "'''",
                               "[",
                               "]",
                               "[[",
                               "]]",
                               "{",
                               "}",
                               "=",
                               ".",
                               ",",
                               "\n",
                               "\r\n",
                               "\r",
                               "#",
                               "\\",
                               "`",
                               "\\u",
                               "\\\n",
                               "\xC8\xBC",
                               "\xE2\x80\x80",
                               "\xC2\xA0",
                               "\xFF",
                               "\xEF\xBB\xBF",
                               "1979-05-27 ",
                               "0x",
                               "e",
                               "_",
                               "a = 1\n",
                               "[packages.zlib]\n",
                               "inf",
                               "\t",
                               "\x0B",
                               "\xF0\x9F\x98\x80"};

class Mutator {
public:
    std::string damage(std::string text) {
        for (std::size_t times = 1 + below(4); times > 0; --times) {
            const std::size_t at = below(text.size() + 1);
            const std::size_t length = std::min<std::size_t>(below(24), text.size() - at);
            switch (below(5)) {
                case 0: text.erase(at, length); break;
                case 1: text.insert(at, fragments[below(fragments.size())]); break;
                case 2: text.insert(below(text.size() + 1), text.substr(at, length)); break;
                case 3:
                    if (at < text.size()) text[at] = static_cast<char>(below(256));
                    break;
                default: text.resize(at); break;
            }
            if (text.empty()) text = "x";
        }
        return text;
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::mt19937 random_{20240122};
};

void check_place(const std::string& text, const Span& where) {
    if (span_of(where.file, text, where.begin_byte, where.end_byte) == where && where.end_byte <= text.size())
        return;
    FAIL_CHECK("a place that does not exist in: " << quoted(text));
}

void check_values(const std::string& text, const core::Value& value) {
    check_place(text, value.where);
    if (const auto* string = value.string(); string != nullptr && !string->empty()) {
        const auto whole = manifest::span_in_string(text, value.where, 0, string->size());
        check_place(text, whole);
        if (whole.begin_byte <= value.where.begin_byte || whole.end_byte >= value.where.end_byte)
            FAIL_CHECK("a string outside of its quotes in: " << quoted(text));
    }
    if (const auto* map = value.map())
        for (const auto& entry : *map) {
            check_place(text, entry.key.where);
            check_values(text, entry.value);
        }
    if (const auto* list = value.list())
        for (const auto& element : *list) check_values(text, element);
}

}  // namespace

TEST_CASE("damaged manifests are told apart from good ones without harm") {
    REQUIRE(parse(manifest_seed).findings.empty());
    Mutator mutator;
    std::size_t broken = 0;
    for (int i = 0; i < 6000; ++i) {
        const auto text = mutator.damage(manifest_seed);
        const auto parsed = parse(text);
        broken += parsed.findings.empty() ? 0 : 1;
        for (const auto& finding : parsed.findings) {
            if (!is_utf8(text) && finding.code != "evaluation.not-text") FAIL_CHECK("read what is no text");
            REQUIRE(finding.where);
            check_place(text, *finding.where);
            for (const auto& label : finding.related) check_place(text, label.where);
        }
        for (const auto& host : parsed.manifest.hosts)
            for (const auto& setting : host.body.settings)
                if (setting.values) check_values(text, *setting.values);
        if (!parsed.usable && parsed.findings.empty())
            FAIL_CHECK("unusable without a reason: " << quoted(text));
    }
    CHECK(broken > 3000);
    CHECK(broken < 6000);
}

TEST_CASE("damaged lock files are told apart from good ones without harm") {
    REQUIRE(manifest::parse_lock("contract.lock", lock_seed).findings.empty());
    Mutator mutator;
    std::size_t broken = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto text = mutator.damage(lock_seed);
        const auto parsed = manifest::parse_lock("contract.lock", text);
        broken += parsed.findings.empty() ? 0 : 1;
        for (const auto& finding : parsed.findings) {
            if (finding.code != "evaluation.bad-lock") FAIL_CHECK("another code: " << finding.code);
            REQUIRE(finding.where);
            check_place(text, *finding.where);
        }
        for (const auto& input : parsed.lock.inputs)
            if (input.pin.tree.is_zero()) FAIL_CHECK("half an entry: " << quoted(text));
    }
    CHECK(broken > 2000);
}
