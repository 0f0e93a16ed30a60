// SPDX-License-Identifier: Apache-2.0
#include "contract/store/log.hpp"

#include <catch2/catch.hpp>

#include "contract/os/process.hpp"
#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

namespace {

std::string long_text() {
    std::string text;
    for (int line = 0; line < 4000; ++line)
        text += "[" + std::to_string(line) + "/4000] compiling file" + std::to_string(line * line) + ".cpp\n";
    return text;
}

}  // namespace

TEST_CASE("log: a long one lies there compressed and is read as it was written") {
    const TempDir directory;
    const auto text = long_text();
    directory.write("log", text);
    const std::string file = directory / "log";
    CHECK(store::read_log(file).value() == text);
    store::compress_log(file).value();
    CHECK(os::list_directory(directory.path()).value() == std::vector<std::string>{"log.gz"});
    CHECK(status_of(file + ".gz").size < text.size() / 4);
    CHECK(store::read_log(file).value() == text);
    // The usual programs read it too.
    os::ProcessRequest zcat;
    zcat.command = {"gzip", "-dc", file + ".gz"};
    zcat.environment = os::current_environment();
    CHECK(os::run(zcat).value().output == text);
}

TEST_CASE("log: a short one stays plain, and so does any of an old store") {
    const TempDir directory;
    directory.write("log", std::string(5000, 'x'));
    const std::string file = directory / "log";
    store::compress_log(file).value();
    CHECK(os::list_directory(directory.path()).value() == std::vector<std::string>{"log"});
    directory.write("old", long_text());
    CHECK(store::read_log(directory / "old").value() == long_text());
    CHECK_FALSE(store::read_log(directory / "none"));
    CHECK_FALSE(store::compress_log(directory / "none"));
}

TEST_CASE("log: one that is being written goes before what was compressed earlier") {
    const TempDir directory;
    const std::string file = directory / "log";
    directory.write("log", long_text());
    store::compress_log(file).value();
    directory.write("log", "again\n");
    CHECK(store::read_log(file).value() == "again\n");
    store::compress_log(file).value();
    CHECK(store::read_log(file).value() == "again\n");
    store::forget_compressed_log(file).value();
    store::forget_compressed_log(file).value();
    CHECK(os::list_directory(directory.path()).value() == std::vector<std::string>{"log"});
}

TEST_CASE("log: a compressed one that is damaged, cut off or none is said to be") {
    const TempDir directory;
    const std::string file = directory / "log";
    directory.write("log", long_text());
    store::compress_log(file).value();
    const auto sound = os::read_file(file + ".gz").value();
    const auto refused = [&](const std::string& bytes) {
        os::write_file(file + ".gz", bytes).value();
        const auto read = store::read_log(file);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == "store-damaged");
    };
    for (const std::size_t size : {sound.size() - 1, sound.size() - 9, sound.size() / 2, std::size_t{5}})
        refused(sound.substr(0, size));
    for (const std::size_t at : {sound.size() / 3, sound.size() / 2, sound.size() - 6}) {
        auto changed = sound;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        refused(changed);
    }
    refused("plain text");
    os::write_file(file + ".gz", sound).value();
    CHECK(store::read_log(file).value() == long_text());
}

TEST_CASE("log: a collection keeps the compressed log of what stays and removes that of what goes") {
    const TempDir directory;
    {
        auto store = open_store(directory);
        directory.write("made/file", "x");
        const auto row = row_for("kept", store_path("kept"), store.import_tree(directory / "made").value());
        store.commit_result(row).value();
        store.remember_log("/repository", "packages.last", Digest::of("last")).value();
        for (const auto* action : {"kept", "last", "gone"}) {
            os::write_file(store.log_file(Digest::of(action)), long_text()).value();
            store::compress_log(store.log_file(Digest::of(action))).value();
        }
    }
    auto store = open_later(directory);
    store::GarbageRequest request;
    request.roots = {{"root", {store_path("kept")}, {}}};
    store.collect_garbage(request).value();
    CHECK(store::read_log(store.log_file(Digest::of("kept"))).value() == long_text());
    CHECK(store::read_log(store.log_file(Digest::of("last"))).value() == long_text());
    CHECK_FALSE(store::read_log(store.log_file(Digest::of("gone"))));
}
