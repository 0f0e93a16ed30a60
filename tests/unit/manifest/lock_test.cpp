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
    core::Pin pinned;
    pinned.tree = Digest::of("tree");
    core::Lock lock;
    lock.inputs.push_back({"assets", {{"path", "../assets"}}, pinned, {}});
    pinned.rev = commit;
    pinned.date = "2024-01-22T18:55:38Z";
    lock.inputs.push_back({"zlib", {{"ref", "v1.3.1"}, {"git", "https://example.org/zlib.git"}}, pinned, {}});
    std::swap(lock.inputs[0], lock.inputs[1]);
    return lock;
}

core::Pin debian_pin() {
    core::Pin pin;
    pin.snapshot = "20261101T083000Z";
    pin.signed_by = {"4CB5 0190 207B 4758 A3F7 3A79 6ED0 E7B8 2643 E131"};
    pin.layout = 1;
    for (const std::string system : {"x86_64-linux", "aarch64-linux"}) {
        pin.trees[system] = Digest::of(system);
        for (const std::string name : {"libc6", "make"})
            pin.packages[system].push_back({name, "4.3-4.1", "pool/main/" + name + ".deb",
                                            Digest::of(name + system), 395848, "bookworm"});
    }
    return pin;
}

core::Pin image_pin() {
    core::Pin pin;
    pin.index = Digest::of("index");
    pin.images["x86_64-linux"] = {Digest::of("manifest"), {{Digest::of("one"), 7}, {Digest::of("two"), 0}}};
    pin.trees["x86_64-linux"] = Digest::of("image");
    return pin;
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

TEST_CASE("a pin of every kind is read as it was written") {
    core::Lock lock;
    core::Pin url;
    url.sha256 = Digest::of("archive");
    url.size = 12345;
    url.tree = Digest::of("tree");
    lock.inputs.push_back({"base",
                           {{"deb", std::vector<std::string>{"make"}},
                            {"archive", "debian"},
                            {"essential", false},
                            {"links", std::map<std::string, std::string>{{"/usr/bin/awk", "mawk"}}},
                            {"suites", std::vector<std::string>{"bookworm"}}},
                           debian_pin(),
                           {}});
    lock.inputs.push_back({"image", {{"oci", "registry.example.org/team/x:1"}}, image_pin(), {}});
    lock.inputs.push_back({"just", {{"url", "https://example.org/just.tar.gz"}, {"unpack", false}}, url, {}});
    lock.inputs.push_back({"site/zlib", {{"path", "../zlib"}}, example().inputs[1].pin, {}});
    const auto text = manifest::write_lock(lock);
    const auto parsed = manifest::parse_lock("contract.lock", text);
    CHECK(codes(parsed.findings).empty());
    REQUIRE(parsed.lock.inputs.size() == 4);
    for (std::size_t i = 0; i < lock.inputs.size(); ++i) {
        INFO(lock.inputs[i].name);
        CHECK(parsed.lock.inputs[i].name == lock.inputs[i].name);
        CHECK(parsed.lock.inputs[i].want == lock.inputs[i].want);
        CHECK(parsed.lock.inputs[i].pin == lock.inputs[i].pin);
    }
    CHECK(manifest::write_lock(parsed.lock) == text);
}

TEST_CASE("a package of the lock can name no place outside its archive") {
    core::Lock lock;
    auto pin = debian_pin();
    for (const std::string path : {"../x.deb", "/etc/passwd", "pool/a b.deb", "pool/\nx", ""}) {
        pin.packages["x86_64-linux"][0].path = path;
        lock.inputs = {{"base", {{"deb", std::vector<std::string>{"make"}}}, pin, {}}};
        const auto parsed = manifest::parse_lock("contract.lock", manifest::write_lock(lock));
        INFO(path);
        REQUIRE(parsed.findings.size() == 1);
        CHECK(parsed.findings[0].code == "evaluation.bad-lock");
        CHECK(parsed.lock.inputs.empty());
    }
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
