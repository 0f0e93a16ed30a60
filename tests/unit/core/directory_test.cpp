// SPDX-License-Identifier: Apache-2.0
#include "contract/core/directory.hpp"

#include <catch2/catch.hpp>

using namespace contract;
using namespace contract::core;

namespace {

FileNode file(std::string name) {
    return {std::move(name), Digest::of("x"), 1, false};
}

Directory sample() {
    Directory tree;
    tree.files = {file("b"), {"run", Digest::of("y"), 300, true}, {"empty", Digest::of(""), 0, false}};
    tree.directories = {{"folder", Digest::of(""), 0}};
    tree.symlinks = {{"link", "b"}};
    return tree;
}

}  // namespace

TEST_CASE("directory: an empty one is no bytes at all") {
    CHECK(encode({}).value().empty());
    CHECK(decode_directory("").value() == Directory{});
}

TEST_CASE("directory: a file with a known digest has the bytes written out by hand") {
    const std::string hex = Digest::of("x").hex();
    // files(1) 73 bytes: name(1) "b", digest(2) of 68 bytes: hash(1) of 64 bytes, size(2) 1.
    const std::string digest = "\x0A\x40" + hex + "\x10\x01";
    const std::string node = std::string("\x0A\x01") + "b" + "\x12\x44" + digest;
    CHECK(digest.size() == 68);
    CHECK(encode({{file("b")}, {}, {}}).value() == "\x0A\x49" + node);
}

TEST_CASE("directory: the order of the lists does not matter, by bytes they are sorted") {
    Directory forward;
    forward.files = {file("b"), file("b-c"), file("b.c"), file("caf\xC3\xA9"), file("\xF0\x9F\x8C\x8D")};
    Directory backward;
    backward.files.assign(forward.files.rbegin(), forward.files.rend());
    CHECK(encode(forward).value() == encode(backward).value());
    CHECK(decode_directory(encode(backward).value()).value() == forward);
}

TEST_CASE("directory: decoding gives back what was encoded") {
    const std::string bytes = encode(sample()).value();
    const Directory decoded = decode_directory(bytes).value();
    CHECK(decoded.files.size() == 3);
    CHECK(decoded.files[1].name == "empty");
    CHECK(decoded.files[2].executable);
    CHECK(decoded.files[2].size == 300);
    CHECK(encode(decoded).value() == bytes);
}

TEST_CASE("directory: names that no file can have are refused") {
    const std::vector<std::string> bad{".", "..", "a/b", std::string("a\0b", 3), "\xFF", "\xED\xA0\x80"};
    for (const auto& name : bad) {
        CHECK(encode({{file(name)}, {}, {}}).error().code == "bad-name");
        CHECK(encode({{}, {{name, Digest::of(""), 0}}, {}}).error().code == "bad-name");
        CHECK(encode({{}, {}, {{name, "target"}}}).error().code == "bad-name");
    }
    CHECK(encode({{file("same")}, {{"same", Digest::of(""), 0}}, {}}).error().code == "bad-name");
    CHECK(encode({{}, {}, {{"link", ""}}}).error().code == "bad-name");
    CHECK(encode({{}, {}, {{"link", "\xFF"}}}).error().code == "bad-name");
}

TEST_CASE("directory: only a lone file or symlink may have no name") {
    const Directory lone{{file("")}, {}, {}};
    CHECK(decode_directory(encode(lone).value()).value() == lone);
    CHECK(encode({{file(""), file("b")}, {}, {}}).error().code == "bad-name");
    CHECK(encode({{}, {{"", Digest::of(""), 0}}, {}}).error().code == "bad-name");
    CHECK(encode({{file("")}, {}, {{"", "b"}}}).error().code == "bad-name");
}

TEST_CASE("directory: no truncation, no changed and no added byte is ever accepted as the same tree") {
    const Directory tree = sample();
    const std::string bytes = encode(tree).value();
    for (std::size_t length = 1; length < bytes.size(); ++length) {
        const auto decoded = decode_directory(std::string_view(bytes).substr(0, length));
        if (decoded) CHECK(encode(*decoded).value() == bytes.substr(0, length));
        if (decoded) CHECK_FALSE(*decoded == tree);
    }
    for (std::size_t position = 0; position < bytes.size(); ++position)
        for (const int change : {1, 2, 4, 8, 0x20, 0x80}) {
            std::string changed = bytes;
            changed[position] = static_cast<char>(changed[position] ^ change);
            const auto decoded = decode_directory(changed);
            if (decoded) CHECK(encode(*decoded).value() == changed);
        }
    for (const std::string_view more : {"\x0A", "\x22\x01x", "\x28\x01"})
        CHECK(decode_directory(bytes + std::string(more)).error().code == "bad-directory");
}

TEST_CASE("directory: what another encoder may write but is not canonical is refused") {
    const std::string node = encode({{file("b")}, {}, {}}).value();
    const std::string other = encode({{file("a")}, {}, {}}).value();
    CHECK(decode_directory(other + node));
    CHECK_FALSE(decode_directory(node + other));  // not sorted
    CHECK_FALSE(decode_directory(node + node));   // twice
    const std::string inner = node.substr(2);
    const auto wrap = [](const std::string& bytes) {
        return std::string("\x0A") + static_cast<char>(bytes.size()) + bytes;
    };
    REQUIRE(decode_directory(wrap(inner)));
    CHECK_FALSE(
        decode_directory(wrap(inner + std::string("\x20\x00", 2))));  // executable: false, written out
    CHECK_FALSE(decode_directory(wrap(inner + "\x20\x02")));          // executable: 2
    CHECK_FALSE(decode_directory("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"));  // a length without end
}
