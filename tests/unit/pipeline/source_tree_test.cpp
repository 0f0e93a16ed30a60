// SPDX-License-Identifier: Apache-2.0
#include "source_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <catch2/catch.hpp>

#include "temporary.hpp"

namespace pipeline = contract::pipeline;
namespace os = contract::os;
using contract::store::Store;
using contract::test::TempDir;

namespace {

// Files last changed an hour ago, so that they count as settled.
void make_old(const std::string& path) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const timespec times[2] = {{now.tv_sec - 3600, 1}, {now.tv_sec - 3600, 1}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

struct Counting {
    int reads = 0;
    pipeline::ReadSource function() {
        return [this](const std::string& path) {
            ++reads;
            return os::read_file(path);
        };
    }
};

// The change time cannot be set back: waits, with a deadline, until the last change has settled.
void settle(const pipeline::SourceFiles& files, Store& store) {
    for (int i = 0; i < 2000; ++i) {
        Counting counting;
        REQUIRE(pipeline::source_tree(files, store, counting.function()));
        if (counting.reads == 0) return;
    }
    FAIL("the tree was never remembered");
}

}  // namespace

TEST_CASE("source tree: an unchanged one is remembered and reads no file; a change of one file is seen") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    dir.write("a", "1");
    dir.write("d/b", "2", 0755);
    for (const auto* name : {"a", "d/b"}) make_old(dir / name);
    const pipeline::SourceFiles files{dir.path(), {"a", "d/b"}};
    Counting first;
    const auto digest = pipeline::source_tree(files, store, first.function()).value().digest;
    CHECK(first.reads == 2);
    settle(files, store);
    dir.write("a", "3");
    Counting changed;
    CHECK(pipeline::source_tree(files, store, changed.function()).value().digest != digest);
    CHECK(changed.reads == 2);
    dir.write("a", "1");
    CHECK(pipeline::source_tree(files, store, changed.function()).value().digest == digest);
}

TEST_CASE("source tree: a file changed within one tick without changing its size is never missed") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    const pipeline::SourceFiles files{dir.path(), {"a"}};
    Counting counting;
    for (int i = 0; i < 200; ++i) {
        const std::string content = std::to_string(i % 10);
        os::write_file(dir / "a", content).value();
        const auto digest = pipeline::source_tree(files, store, counting.function()).value().digest;
        const auto tree = store.directory(digest).value();
        REQUIRE(store.blob(tree.files.at(0).digest).value() == content);
    }
}

TEST_CASE("source tree: a removed file is left out, and nothing left is an error") {
    const TempDir dir;
    auto store = Store::open(dir / "home").value();
    dir.write("a", "1");
    Counting counting;
    const auto tree = [&](const std::vector<std::string_view>& names) {
        return pipeline::source_tree({dir.path(), names}, store, counting.function());
    };
    CHECK(tree({"a", "b"}).value().digest == tree({"a"}).value().digest);
    CHECK(tree({"b"}).error().code == "empty-source");
}
