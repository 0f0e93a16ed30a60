// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "contract/manifest/lock_file.hpp"
#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const std::string commit = "51b7f2abdade71cd9bb0e7a373ef2610ec6f9daf";
const std::string tree = Digest::of("tree").text();
const std::string head =
    "# contract.lock: written by `contract lock`. Commit it; do not edit it.\nformat = 1\n";
const std::string zlib =
    "\n[inputs.zlib]\nwant = { git = \"https://example.org/zlib.git\", ref = \"v1.3.1\" }\nrev  = \"" +
    commit + "\"\ndate = 2024-01-22T18:55:38Z\ntree = \"" + tree + "\"\n";
const std::string assets = "\n[inputs.assets]\nwant = { path = \"../assets\" }\ntree = \"" + tree + "\"\n";

core::Lock example() {
    core::Lock lock;
    lock.inputs.push_back({"zlib",
                           {{"ref", "v1.3.1"}, {"git", "https://example.org/zlib.git"}},
                           {commit, "2024-01-22T18:55:38Z", Digest::of("tree")},
                           {}});
    lock.inputs.push_back({"assets", {{"path", "../assets"}}, {"", "", Digest::of("tree")}, {}});
    return lock;
}

}  // namespace

TEST_CASE("a lock is written sorted, one fact on a line, and read back") {
    const auto text = manifest::write_lock(example());
    CHECK(text == head + assets + zlib);
    const auto parsed = manifest::parse_lock("contract.lock", text);
    CHECK(codes(parsed.findings).empty());
    REQUIRE(parsed.lock.inputs.size() == 2);
    CHECK(parsed.lock.inputs[0].name == "assets");
    const auto* entry = parsed.lock.find("zlib");
    REQUIRE(entry != nullptr);
    CHECK(entry->pin == example().inputs[0].pin);
    CHECK(entry->want == core::Want{{"git", "https://example.org/zlib.git"}, {"ref", "v1.3.1"}});
    CHECK(slice(text, entry->where) == "[inputs.zlib]");
    CHECK(manifest::write_lock(parsed.lock) == text);
    CHECK(manifest::write_lock({}) == head);
}

TEST_CASE("text that needs escapes survives the lock") {
    core::Lock lock = example();
    lock.inputs[1].want = {{"path", "../a \"b\"\\\t漢"}};
    const auto parsed = manifest::parse_lock("contract.lock", manifest::write_lock(lock));
    CHECK(parsed.findings.empty());
    CHECK(parsed.lock.find("assets")->want == lock.inputs[1].want);
}

TEST_CASE("whatever the writer would not write is refused where it stands") {
    const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        return text.replace(at, from.size(), to);
    };
    const std::string good = head + assets + zlib;
    const std::vector<std::pair<std::string, std::string>> changes{
        {"format = 1", "format = 2"},
        {"format = 1\n", ""},
        {"format = 1", "format = 1\nextra = 1"},
        {"rev  = \"5", "rev  = \"G"},
        {"rev  = \"" + commit + "\"\n", ""},
        {"rev  = \"" + commit + "\"", "rev = 5"},
        {"tree = \"sha256:", "tree = \"sha512:"},
        {"tree = \"sha256:", "tree = \""},
        {"2024-01-22T18:55:38Z", "\"2024\""},
        {"2024-01-22T18:55:38Z", "2024-01-22T18:55:38+01:00"},
        {"2024-01-22T18:55:38Z", "2024-01-22"},
        {"[inputs.zlib]", "[inputs.\"z.lib\"]"},
        {"[inputs.zlib]", "[input.zlib]"},
        {"want = { git", "want = { url"},
        {", ref = \"v1.3.1\"", ", ref = \"v1\", rev = \"x\""},
        {"{ path = \"../assets\" }", "{ path = \"a\", git = \"b\" }"},
        {"{ path = \"../assets\" }", "{}"},
        {"{ path = \"../assets\" }", "7"},
        {"{ path = \"../assets\" }\n", "{ path = \"../assets\" }\nrev = \"" + commit + "\"\n"},
        {"[inputs.assets]", "[inputs]\nx = 1\n[inputs.assets]"},
        {"[inputs.assets]", "[inputs.zlib]"},
        {"format = 1", "format = "},
    };
    for (const auto& [from, to] : changes) {
        INFO(from << " → " << to);
        const auto text = replaced(good, from, to);
        const auto parsed = manifest::parse_lock("contract.lock", text);
        REQUIRE_FALSE(parsed.findings.empty());
        for (const auto& finding : parsed.findings) {
            CHECK(finding.code == "evaluation.bad-lock");
            CHECK_FALSE(finding.help.empty());
            REQUIRE(finding.where);
            slice(text, *finding.where);
        }
    }
}

TEST_CASE("one bad entry leaves the others usable") {
    const auto parsed =
        manifest::parse_lock("contract.lock", head + assets + "\n[inputs.bad]\ntree = 1\n" + zlib);
    CHECK_FALSE(parsed.findings.empty());
    CHECK(parsed.findings[0].target == "inputs.bad");
    CHECK(parsed.lock.inputs.size() == 2);
}

TEST_CASE("the conflict markers of a merge get their own help") {
    const auto parsed = manifest::parse_lock(
        "contract.lock", head + "<<<<<<< HEAD\n" + assets + "=======\n" + zlib + ">>>>>>> topic\n");
    REQUIRE(codes(parsed.findings) == std::vector<std::string>{"evaluation.bad-lock"});
    CHECK(parsed.findings[0].message == "'contract.lock' holds the conflict markers of a merge");
    CHECK_THAT(parsed.findings[0].help.at(0), Catch::Contains("contract lock"));
    CHECK(parsed.findings[0].where->line == 3);
    CHECK(parsed.lock.inputs.empty());
}
