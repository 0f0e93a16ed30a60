// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "contract/base/path.hpp"
#include "contract/store/blob_writer.hpp"
#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

namespace {

std::string blob_path(const store::Store& store, const Digest& digest) {
    return store.home() + "/blobs/" + digest.hex().substr(0, 2) + "/" + digest.hex();
}

// What a disk fault or a meddling user does.
void overwrite(const std::string& path, std::string_view bytes) {
    os::remove_tree(path).value();
    os::write_file(path, bytes, 0444).value();
}

}  // namespace

TEST_CASE("a blob comes back as it was added, once, read-only, with the fixed time") {
    const TempDir directory;
    auto store = open_store(directory);
    const std::string bytes("any\0bytes\n", 10);
    const Digest digest = store.add_blob(bytes).value();
    CHECK(digest == Digest::of(bytes));
    CHECK(store.add_blob(bytes).value() == digest);
    CHECK(store.blob(digest).value() == bytes);
    CHECK(store.has_blob(digest));
    CHECK_FALSE(store.has_blob(Digest::of("something else")));
    const auto status = status_of(blob_path(store, digest));
    CHECK(status.mode == 0444);
    CHECK(status.mtime_ns == std::int64_t{315532800} * 1'000'000'000);
}

TEST_CASE("a file is added as a blob by its content, and nothing but a file is") {
    const TempDir directory;
    auto store = open_store(directory);
    const std::string bytes(300'000, 'x');
    directory.write("file", bytes);
    os::make_symlink("file", directory / "link").value();
    CHECK(store.add_blob_file(directory / "file").value() == Digest::of(bytes));
    CHECK(os::read_file(directory / "file").value() == bytes);
    CHECK(store.add_blob_file(directory / "link").error().code == "system");
    CHECK(store.add_blob_file(directory / "home").error().code == "system");
    CHECK(store.add_blob_file(directory / "missing").error().code == "system");
}

TEST_CASE("a damaged and a missing blob are reported by name, and adding the content again heals the store") {
    const TempDir directory;
    auto store = open_store(directory);
    const Digest digest = store.add_blob("precious").value();

    overwrite(blob_path(store, digest), "precioux");
    const auto damaged = store.blob(digest);
    REQUIRE_FALSE(damaged);
    CHECK(damaged.error().code == "store-damaged");
    CHECK(damaged.error().message.find(digest.hex()) != std::string::npos);
    CHECK(store.add_blob("precious").value() == digest);
    CHECK(store.blob(digest).value() == "precious");

    overwrite(blob_path(store, digest), "prec");  // what a power failure leaves of an unsynced file
    CHECK(store.blob(digest).error().code == "store-damaged");
    CHECK(store.add_blob("precious").value() == digest);
    CHECK(store.blob(digest).value() == "precious");

    os::remove_tree(blob_path(store, digest)).value();
    CHECK(store.blob(digest).error().code == "store-damaged");
}

TEST_CASE("a blob that was edited in place does not outlive a build that makes it right") {
    const TempDir directory;
    auto store = open_store(directory);
    const std::string right(300'000, 'r');
    const Digest digest = Digest::of(right);
    const auto edit = [&](const std::string& path, char byte) {
        REQUIRE(::chmod(path.c_str(), 0644) == 0);
        os::write_file(path, std::string(right.size(), byte)).value();
        REQUIRE(::chmod(path.c_str(), path.ends_with(".x") ? 0555 : 0444) == 0);
    };
    const auto make = [&](mode_t mode, const char* name) {
        os::make_directories(store.temporary() + "/out").value();
        os::write_file(store.temporary() + "/out/" + name, right, mode).value();
        REQUIRE(::chmod((store.temporary() + "/out/" + name).c_str(), mode) == 0);
    };
    const std::string plain = blob_path(store, digest);
    const std::string executable = plain + ".x";
    const auto check = [&] {
        for (const auto& file : {plain, executable})
            if (os::exists(file)) CHECK(os::read_file(file).value() == right);
        CHECK(store.blob(digest).value() == right);
    };

    make(0644, "file");
    store.import_tree(store.temporary() + "/out").value();
    CHECK(os::exists(plain));
    edit(plain, 'w');
    make(0644, "file");
    store.import_tree(store.temporary() + "/out").value();
    check();

    // Also one that only the other form has.
    edit(plain, 'w');
    make(0755, "file");
    store.import_tree(store.temporary() + "/out").value();
    CHECK(os::exists(executable));
    check();
    edit(executable, 'w');
    directory.write("copied", right);
    store.add_blob_file(directory / "copied").value();
    check();
    edit(plain, 'w');
    store.add_blob(right).value();
    check();
    edit(plain, 'w');
    auto writer = store.write_blob(false).value();
    writer.write(right).value();
    CHECK(writer.finish().value().digest == digest);
    check();

    // The right bytes in the wrong mode.
    REQUIRE(::chmod(plain.c_str(), 0666) == 0);
    store.add_blob(right).value();
    CHECK(status_of(plain).mode == 0444);
}

TEST_CASE("a folder of blobs that somebody removed is made again") {
    const TempDir directory;
    auto store = open_store(directory);
    const Digest digest = store.add_blob("bytes").value();
    const auto folder = path::parent(blob_path(store, digest));
    for (const auto& gone : {folder, path::parent(folder)}) {
        os::remove_tree(gone).value();
        CHECK(store.add_blob("bytes").value() == digest);
        CHECK(store.blob(digest).value() == "bytes");
        CHECK(status_of(folder).mode == 0755);
        os::remove_tree(gone).value();
        os::make_directories(store.temporary() + "/out").value();
        os::write_file(store.temporary() + "/out/file", "bytes").value();
        store.import_tree(store.temporary() + "/out").value();
        CHECK(store.blob(digest).value() == "bytes");
    }
}

TEST_CASE("a directory message goes in and out, and another blob is not taken for one") {
    const TempDir directory;
    auto store = open_store(directory);
    core::Directory tree;
    tree.files.push_back({"a", store.add_blob("a").value(), 1, false});
    const Digest digest = store.add_directory(tree).value();
    CHECK(store.directory(digest).value() == tree);
    CHECK(store.directory(store.add_blob("no directory").value()).error().code == "store-damaged");
    tree.files.push_back(tree.files.front());
    CHECK(store.add_directory(tree).error().code == "bad-name");
}

TEST_CASE("a tree is here only when everything below it is") {
    const TempDir directory;
    auto store = open_store(directory);
    core::Directory inner;
    inner.files.push_back({"later", Digest::of("later"), 5, false});
    const std::string inner_bytes = core::encode(inner).value();
    core::Directory outer;
    outer.directories.push_back({"inner", Digest::of(inner_bytes), inner_bytes.size()});
    const Digest tree = store.add_directory(outer).value();
    CHECK_FALSE(store.has_tree(tree));
    store.add_directory(inner).value();
    CHECK_FALSE(store.has_tree(tree));
    store.add_blob("later").value();
    CHECK(store.has_tree(tree));
    CHECK(store.has_tree(tree));  // now from the row
}
