// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/references.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>

#include "contract/build/find_reference.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::build;

namespace {

core::StorePath path_of(const std::string& name) {
    return {Digest::of(name), name};
}

std::vector<core::StorePath> found_in(const std::vector<std::string>& pieces,
                                      const std::vector<core::StorePath>& candidates) {
    ReferenceScanner scanner(candidates);
    for (const auto& piece : pieces) scanner.add(piece);
    scanner.end_of_stream();
    return scanner.found();
}

}  // namespace

TEST_CASE("a hash is found at the start, in the middle, at the end and among letters", "[references]") {
    const auto zlib = path_of("zlib"), other = path_of("other");
    const std::string hash(zlib.hash());
    for (const std::string& text : {hash, "x/" + hash + "-zlib/lib", "\x01\x02" + hash, "abc" + hash + "abc",
                                    std::string(1000, 'a') + hash + std::string(1000, '7')})
        CHECK(found_in({text}, {zlib, other}) == std::vector{zlib});
}

TEST_CASE("a part of a hash, and a hash in capitals, is none", "[references]") {
    const auto zlib = path_of("zlib");
    std::string hash(zlib.hash());
    CHECK(found_in({hash.substr(1)}, {zlib}).empty());
    CHECK(found_in({hash.substr(0, 31) + "!"}, {zlib}).empty());
    for (char& c : hash) c = static_cast<char>(std::toupper(c));
    if (hash != zlib.hash()) CHECK(found_in({hash}, {zlib}).empty());
    CHECK(found_in({}, {zlib}).empty());
}

TEST_CASE("a hash is found wherever a stream is cut, and never across two streams", "[references]") {
    const auto zlib = path_of("zlib");
    const std::string text = "--" + std::string(zlib.hash()) + "--";
    for (std::size_t cut = 0; cut <= text.size(); ++cut)
        CHECK(found_in({text.substr(0, cut), text.substr(cut)}, {zlib}) == std::vector{zlib});
    std::vector<std::string> bytes;
    for (const char c : text) bytes.emplace_back(1, c);
    CHECK(found_in(bytes, {zlib}) == std::vector{zlib});

    ReferenceScanner scanner({zlib});
    scanner.add(text.substr(0, 10));
    scanner.end_of_stream();
    scanner.add(text.substr(10));
    CHECK(scanner.found().empty());
}

TEST_CASE("files and symlinks of a tree are scanned, whatever their modes", "[references]") {
    const test::TempDir directory;
    const auto in_file = path_of("file"), in_link = path_of("link"), hidden = path_of("hidden"),
               absent = path_of("absent");
    directory.write("out/bin/run", "#!" + in_file.text() + "/bin/sh\n", 0755);
    directory.write("out/secret/data", "see " + hidden.text(), 0000);
    REQUIRE(::chmod((directory / "out/secret").c_str(), 0000) == 0);
    REQUIRE(os::make_symlink(in_link.text() + "/lib", directory / "out/lib"));
    REQUIRE(os::make_symlink("/nowhere/at/all", directory / "out/dangling"));

    auto wanted = std::vector{in_file, in_link, hidden};
    std::sort(wanted.begin(), wanted.end());
    const auto found = scan_references(directory / "out", {absent, in_file, in_link, hidden});
    REQUIRE(found);
    CHECK(*found == wanted);
}

TEST_CASE("the first file by name that names a path is found, and nothing is changed", "[references]") {
    const test::TempDir directory;
    const auto in_file = path_of("file"), in_link = path_of("link"), absent = path_of("absent");
    directory.write("out/a", "nothing");
    directory.write("out/lib/deep/conf", "prefix=" + in_file.text() + "\n", 0444);
    directory.write("out/lib/zz", in_file.base());
    directory.write("out/z", in_file.base());
    REQUIRE(os::make_symlink(in_link.text() + "/lib", directory / "out/lib/link"));
    directory.write("single", in_link.text());

    CHECK(find_reference(directory / "out", in_file).value() == "lib/deep/conf");
    CHECK(find_reference(directory / "out", in_link).value() == "lib/link");
    CHECK_FALSE(find_reference(directory / "out", absent).value());
    CHECK(find_reference(directory / "single", in_link).value() == "");
    CHECK_FALSE(find_reference(directory / "nothing", in_link).value());
    CHECK(os::status(directory / "out/lib/deep/conf").value()->mode == 0444);
}
