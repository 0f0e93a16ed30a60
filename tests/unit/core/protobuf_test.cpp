// SPDX-License-Identifier: Apache-2.0
//
// Our hand-written encoding beside the one that protoc generates: the same bytes for every kind of tree.
#include <algorithm>

#include <catch2/catch.hpp>

#include "contract/core/directory.hpp"
#include "directory.pb.h"

using namespace contract;
using namespace contract::core;

namespace {

void fill(wire::Digest* out, const Digest& digest, std::uint64_t size) {
    out->set_hash(digest.hex());
    out->set_size_bytes(static_cast<std::int64_t>(size));
}

// The lists are sorted here as the Remote Execution API asks for: by the bytes of the name.
std::string with_protobuf(Directory tree) {
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(tree.files.begin(), tree.files.end(), by_name);
    std::sort(tree.directories.begin(), tree.directories.end(), by_name);
    std::sort(tree.symlinks.begin(), tree.symlinks.end(), by_name);
    wire::Directory message;
    for (const auto& node : tree.files) {
        auto* out = message.add_files();
        out->set_name(node.name);
        fill(out->mutable_digest(), node.digest, node.size);
        out->set_is_executable(node.executable);
    }
    for (const auto& node : tree.directories) {
        auto* out = message.add_directories();
        out->set_name(node.name);
        fill(out->mutable_digest(), node.digest, node.size);
    }
    for (const auto& node : tree.symlinks) {
        auto* out = message.add_symlinks();
        out->set_name(node.name);
        out->set_target(node.target);
    }
    return message.SerializeAsString();
}

FileNode file(std::string name, std::string_view content, bool executable = false) {
    return {std::move(name), Digest::of(content), content.size(), executable};
}

void check_same(const Directory& tree) {
    const auto ours = encode(tree);
    REQUIRE(ours);
    CHECK(*ours == with_protobuf(tree));
    CHECK(decode_directory(with_protobuf(tree)));
}

DirectoryNode folder(std::string name, const Directory& tree) {
    check_same(tree);
    const std::string bytes = with_protobuf(tree);
    return {std::move(name), Digest::of(bytes), bytes.size()};
}

}  // namespace

TEST_CASE("protobuf: an empty directory, empty files and executables have the same bytes") {
    check_same({});
    CHECK(with_protobuf({}).empty());
    check_same({{file("empty", ""), file("empty.sh", "", true), file("run", "#!/bin/sh\n", true)}, {}, {}});
}

TEST_CASE("protobuf: names sort alike, whatever they are made of") {
    check_same(
        {{file("b.c", "1"), file("b-c", "2"), file("b", "3"), file("B", "4"), file("b c", "5")}, {}, {}});
    // UTF-16 would sort the astral name before the private-use one.
    check_same(
        {{file("\xF0\x9F\x8C\x8D", "earth"), file("\xEF\xBF\xBD", "replacement"), file("caf\xC3\xA9", "e"),
          file("cafe\xCC\x81", "combining"), file("\x7F", "delete"), file("\n", "newline")},
         {},
         {}});
}

TEST_CASE("protobuf: sizes on both sides of every length of a varint") {
    Directory tree;
    for (unsigned shift = 0; shift < 63; shift += 7)
        for (const std::uint64_t size : {(std::uint64_t{1} << shift) - 1, std::uint64_t{1} << shift})
            tree.files.push_back(
                {"size-" + std::to_string(size) + "-" + std::to_string(shift), Digest::of("x"), size, false});
    check_same(tree);
    check_same({{file(std::string(127, 'n'), "a"), file(std::string(128, 'n'), "b"),
                 file(std::string(255, 'n'), "c")},
                {},
                {}});
}

TEST_CASE("protobuf: symlinks and nested folders, to the digest of the root") {
    const Directory empty;
    Directory deep;
    deep.files = {file("leaf", "leaf\n")};
    Directory middle;
    middle.directories = {folder("deep", deep), folder("empty", empty)};
    middle.symlinks = {{"up", "../.."}, {"absolute", "/etc/passwd"}, {"accent", "caf\xC3\xA9"}};
    Directory root;
    root.files = {file("b", "1"), file("b.c", "2", true)};
    root.directories = {folder("b-c", middle), folder("a", deep)};
    root.symlinks = {{"z", "b-c/deep"}, {"dangling", "nowhere"}};
    check_same(root);
}

TEST_CASE("protobuf: a single file and a single symlink, whose names are empty") {
    check_same({{file("", "tool", true)}, {}, {}});
    check_same({{}, {}, {{"", "target"}}});
}
