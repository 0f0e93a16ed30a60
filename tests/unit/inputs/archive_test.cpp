// SPDX-License-Identifier: Apache-2.0
#include "../../../src/inputs/archive/archive.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "contract/base/text.hpp"
#include "contract/os/process.hpp"
#include "skip.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::inputs;

namespace {

// All archives of make_archives.py, made once, and a store.
struct World {
    test::TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();

    static const std::string& archives() {
        test::need_programs({"xz", "zstd"});
        static const test::TempDir made;
        static const bool done = [] {
            os::ProcessRequest request;
            request.command = {"python3", "-B", MAKE_ARCHIVES, made.path()};
            request.environment = os::current_environment();
            request.deadline = std::chrono::minutes(10);
            const auto result = os::run(request).value();
            if (!result.succeeded()) throw std::runtime_error(result.errors);
            return true;
        }();
        (void)done;
        return made.path();
    }
    static ReadOptions small() {
        ReadOptions options;
        options.limits.free_growth = 8 << 20;
        options.limits.growth = 10;
        options.limits.entries = 15'000;
        return options;
    }

    Result<Digest> unpack(const std::string& name, const ReadOptions& options = {}) {
        return unpack_archive(archives() + "/" + name, name, options, store);
    }
    core::Directory top(const Digest& digest) const { return store.directory(digest).value(); }
};

// For what reads the archives, which need programs of this machine to be made.
struct ArchiveWorld : World {
    ArchiveWorld() { archives(); }
};

std::string all_notes(const Error& error) {
    return error.message + "\n" + join(error.notes, "\n");
}

}  // namespace

TEST_CASE("every format and compression gives the same tree, without the only folder at the top") {
    ArchiveWorld world;
    const auto wanted = world.unpack("good_tar").value();
    const auto top = world.top(wanted);
    REQUIRE(top.files.size() == 3);
    CHECK(top.files[0].name == "README");
    CHECK(world.store.blob(top.files[0].digest).value() == "read me\n");
    CHECK(top.files[0].size == 8);
    CHECK_FALSE(top.files[0].executable);
    CHECK(top.files[1].name == "größe");
    CHECK(top.files[2].name == "same");
    CHECK(top.files[2].digest == top.files[0].digest);
    CHECK(top.symlinks == std::vector{core::SymlinkNode{"link", "tools/run"}});
    REQUIRE(top.directories.size() == 1);
    CHECK(world.top(top.directories[0].digest).files.at(0).executable);
    for (const char* name : {"good_tar_gz", "good_tar_xz", "good_tar_lzma", "good_tar_bz2", "good_tar_zst",
                             "good_zip", "good_cpio", "good_global"}) {
        INFO(name);
        CHECK(world.unpack(name).value() == wanted);
    }
    CHECK(world.store.has_tree(wanted));
}

TEST_CASE("odd archives that mean no harm are read") {
    ArchiveWorld world;
    CHECK(world.top(world.unpack("good_ar").value()).files.size() == 2);
    const auto flat = world.top(world.unpack("good_flat").value());
    CHECK(flat.files.size() == 1);
    CHECK(flat.directories.size() == 1);
    // Only "a" at the top: left out.
    CHECK(world.top(world.unpack("good_dots").value()).directories.at(0).name == "b");
    CHECK(world.top(world.unpack("good_hard_chain").value()).files.size() == 1000);
    CHECK(world.top(world.unpack("good_many").value()).directories.size() == 100);
    CHECK(world.top(world.unpack("good_long_target").value()).symlinks.at(0).target.size() == 900);
    const auto sparse = world.top(world.unpack("good_sparse").value()).files.at(0);
    CHECK(sparse.size == 1048580);
    CHECK(world.store.blob(sparse.digest).value() == std::string(1048576, '\0') + "tail");
    // libarchive ends a name at its NUL, and what is left of it is a good name.
    CHECK(world.top(world.unpack("nul").value()).files.at(0).name == "good");
}

TEST_CASE("hostile archives are refused by name and leave nothing behind") {
    struct Row {
        const char* archive;
        const char* code;
        const char* says;  // in the message or a note
    };
    const Row rows[] = {
        {"parent", "unsupported-entry", "'a/../../etc/passwd' has a part '..'"},
        {"parent_only", "unsupported-entry", "'..' has a part '..'"},
        {"absolute", "unsupported-entry", "'/etc/passwd' has an absolute path"},
        {"dot_absolute", "unsupported-entry", "has a part '..'"},
        {"device", "unsupported-entry", "'dev/sda' is a device"},
        {"character_device", "unsupported-entry", "'dev/null' is a device"},
        {"fifo", "unsupported-entry", "'run/pipe' is a device, socket or FIFO"},
        {"setuid", "unsupported-entry", "'bin/su' is a set-user-id"},
        {"setgid", "unsupported-entry", "'bin/write' is a set-user-id or set-group-id file"},
        {"through_link", "unsupported-entry", "'out/written' lies behind the symlink 'out'"},
        {"through_relative_link", "unsupported-entry", "'a/out/written' lies behind the symlink 'a/out'"},
        {"link_replaced", "unsupported-entry", "'d' occurs twice"},
        {"below_file", "unsupported-entry", "'a/b' lies below the file 'a'"},
        {"twice", "unsupported-entry", "'./a' occurs twice"},
        {"file_and_folder", "unsupported-entry", "'a/' occurs twice"},
        {"case", "unsupported-entry", "'top/Makefile' and 'top/makefile' differ in upper and lower case"},
        {"case_folders", "unsupported-entry", "'Source' and 'source' differ"},
        {"case_unicode", "unsupported-entry", "'GRÖßE' and 'Größe' differ"},
        {"latin1", "unsupported-entry", "'gr\\xf6\\xdfe' has a name that is not UTF-8"},
        {"latin1_pax", "unsupported-entry", "'gr\\xf6\\xdfe' has a name that is not UTF-8"},
        {"latin1_target", "unsupported-entry", "'a' is a symlink whose target is not UTF-8"},
        {"newline", "unsupported-entry", "'a\\nerror: forged' has a control character"},
        {"escape", "unsupported-entry", "'a\\x1b[2Jb' has a control character"},
        {"hard_link_missing", "unsupported-entry", "'a' is a hard link to 'nothing', which is not there"},
        {"hard_link_outside", "unsupported-entry", "'a' is a hard link whose target has a part '..'"},
        {"hard_link_absolute", "unsupported-entry", "hard link whose target has an absolute path"},
        {"hard_link_through", "unsupported-entry", "'a' is a hard link to 'l/passwd', which is not there"},
        {"hard_link_self", "unsupported-entry", "'a' is a hard link to 'a', which is not there"},
        {"hard_link_folder", "unsupported-entry", "'a' is a hard link to the folder 'd'"},
        {"hard_link_content_outside", "unsupported-entry", "hard link whose target has a part '..'"},
        {"long_name", "unsupported-entry", "has a name of 256 bytes"},
        {"long_path", "unsupported-entry", "has a path of 6029 bytes"},
        {"long_target", "unsupported-entry", "'x' is a symlink whose target is too long"},
        {"empty_target", "unsupported-entry", "'x' is a symlink without a target"},
        {"deep", "unsupported-entry", "has a path of 199999 bytes"},
        {"deep_many", "archive-too-large", "wanted: at most 4000000 names"},
        {"huge_pax", "bad-archive", "too large"},
        {"many_pax", "bad-archive", "cannot be read as an archive"},
        {"negative_size", "bad-archive", "cannot be read as an archive"},
        {"sparse_huge", "archive-too-large", "'hole' makes the archive larger"},
        {"sparse_overlap", "bad-archive", "entry: 'hole'"},
        {"size_huge", "archive-too-large", "'a' makes the archive larger"},
        {"twice_compressed", "bad-archive", "compressed more than once"},
        {"quine", "bad-archive", "cannot be read as an archive"},
        {"empty", "bad-archive", "Unrecognized archive format"},
        {"nothing_in_it", "bad-archive", "has nothing in it"},
        {"text", "bad-archive", "Unrecognized archive format"},
        {"text_gz", "bad-archive", "Unrecognized archive format"},
        {"garbage_first", "bad-archive", "Unrecognized archive format"},
        {"garbage_inside", "bad-archive", "entry: 'project-1.0/README'"},
        {"checksum", "bad-archive", "Damaged tar archive"},
        {"gz_damaged", "bad-archive", "cannot be read as an archive"},
        {"truncated_between", "bad-archive", "ends too early"},
        {"truncated_header", "bad-archive", "Truncated"},
        {"truncated_content", "bad-archive", "entry: 'a'"},
        {"truncated_gz", "bad-archive", "truncated gzip input"},
        {"truncated_xz", "bad-archive", "Lzma library error"},
        {"truncated_lzma", "bad-archive", "Lzma library error"},
        {"truncated_bz2", "bad-archive", "truncated bzip2 input"},
        {"truncated_zst", "bad-archive", "Truncated zstd input"},
        {"truncated_zip", "bad-archive", "Unrecognized archive format"},
        {"truncated_cpio", "bad-archive", "entry: 'project-1.0/tools/run'"},
        {"truncated_ar", "bad-archive", "ends too early"},
        {"zip_absolute", "unsupported-entry", "'/etc/passwd' has an absolute path"},
        {"zip_parent", "unsupported-entry", "'../../etc/passwd' has a part '..'"},
        {"zip_backslash", "unsupported-entry", "etc"},
        {"zip_drive", "unsupported-entry", "'C:/Windows/x' has a backslash or a drive letter"},
        {"zip_crc", "bad-archive", "bad CRC"},
        {"zip_through_link", "unsupported-entry", "'out/written' lies behind the symlink 'out'"},
        {"zip_case", "unsupported-entry", "'A' and 'a' differ"},
        {"cpio_device", "unsupported-entry", "'dev/sda' is a device"},
        {"cpio_parent", "unsupported-entry", "'../x' has a part '..'"},
        {"cpio_size", "archive-too-large", "'a' makes the archive larger"},
        {"ar_absolute", "unsupported-entry", "'/etc/passwd' has an absolute path"},
        {"mtree", "bad-archive", "Unrecognized archive format"},
        {"lrzip", "bad-archive", "Unrecognized archive format"},
        {"uu", "bad-archive", "Unrecognized archive format"},
    };
    ArchiveWorld world;
    for (const auto& row : rows) {
        INFO(row.archive);
        const auto result = world.unpack(row.archive);
        REQUIRE_FALSE(result);
        CHECK(result.error().code == row.code);
        CHECK_THAT(all_notes(result.error()), Catch::Contains(row.says));
        CHECK_THAT(all_notes(result.error()), Catch::Contains(row.archive));
        CHECK_FALSE(result.error().help.empty());
        CHECK(os::list_directory(world.store.temporary()).value() ==
              std::vector<std::string>{"leases", "locks"});
    }
    CHECK(os::list_directory(world.temporary / "home/store").value().empty());
    CHECK_FALSE(os::exists("/tmp/written"));
}

TEST_CASE("bombs are counted before they go off") {
    ArchiveWorld world;
    const auto refusal = [&](const char* name) {
        INFO(name);
        const auto result = world.unpack(name, World::small());
        REQUIRE_FALSE(result);
        CHECK(result.error().code == "archive-too-large");
        CHECK(os::list_directory(world.store.temporary()).value() ==
              std::vector<std::string>{"leases", "locks"});
        return all_notes(result.error());
    };
    CHECK_THAT(refusal("bomb_gz"), Catch::Contains("entry 'zeros"));
    CHECK_THAT(refusal("bomb_names"), Catch::Contains("'f15000' makes the archive larger"));
    CHECK_THAT(refusal("bomb_garbage"), Catch::Contains("bytes after decompression"));
    CHECK_THAT(refusal("bomb_xz"), Catch::Contains("'zeros' makes the archive larger"));
    CHECK_THAT(refusal("bomb_zst"), Catch::Contains("wanted: at most 8388608 bytes"));
    // Says it is small; what comes out is counted, or libarchive notices the lie first.
    const auto lie = world.unpack("bomb_zip", World::small());
    REQUIRE_FALSE(lie);
    CHECK((lie.error().code == "archive-too-large" || lie.error().code == "bad-archive"));
}

TEST_CASE("options for packages and layers") {
    ArchiveWorld world;
    const auto read = [&](const char* name, const ReadOptions& options) {
        std::vector<std::string> seen;
        const auto result = read_archive(
            World::archives() + "/" + name, name, options, world.store, [&](ArchiveEntry& entry) {
                seen.push_back(entry.path + (entry.executable ? "*" : "") + entry.bytes);
                return Result<>{};
            });
        return result ? join(seen, " ") : result.error().code;
    };
    ReadOptions options;
    options.drop_set_id = true;
    options.content = Content::in_memory;
    CHECK(read("setuid", options) == "bin/su*#!");
    CHECK(read("device", options) == "unsupported-entry");
    options.ignore_devices = true;
    CHECK(read("device", options).empty());
    CHECK(read("twice", options) == "unsupported-entry");
    options.allow_repeats = true;
    CHECK(read("twice", options) == "a1 a2");
    // Layers of systems have such names; only a source archive is refused for them.
    CHECK(read("case", options) == "top/Makefile1 top/makefile2");
    CHECK(read("absolute", options) == "unsupported-entry");
    CHECK(read("nothing_in_it", options).empty());
}

TEST_CASE("what the visitor answers ends the reading, and an interruption does") {
    ArchiveWorld world;
    const auto stopped =
        read_archive(World::archives() + "/good_tar", "a", {}, world.store, [](ArchiveEntry&) {
            return Result<>(Error{"mine", "enough", Blame::environment, {}, {}, {}});
        });
    CHECK(stopped.error().code == "mine");
    ReadOptions options;
    options.interrupted = [] { return true; };
    CHECK(world.unpack("good_tar", options).error().code == "interrupted");
    CHECK(read_archive("/nonexistent/archive", "a", {}, world.store, [](ArchiveEntry&) { return Result<>{}; })
              .error()
              .code == "system");
    CHECK(read_archive(world.temporary.path(), "a", {}, world.store, [](ArchiveEntry&) { return Result<>{}; })
              .error()
              .code == "system");
}

TEST_CASE("several archives are read at once") {
    ArchiveWorld world;
    const auto wanted = world.unpack("good_tar").value();
    std::vector<std::thread> threads;
    std::atomic<int> equal = 0;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 20; ++round)
                for (const char* name : {"good_tar_gz", "good_tar_xz", "good_zip", "good_tar_zst"})
                    if (world.unpack(name).value() == wanted) ++equal;
        });
    for (auto& thread : threads) thread.join();
    CHECK(equal == 4 * 20 * 4);
}

TEST_CASE("a tree under construction keeps what layers do to it") {
    World world;
    TreeBuilder tree;
    const TreeBuilder::File one{world.store.add_blob("1").value(), 1, false};
    tree.add_file("a/b/c", one).value();
    tree.add_folder("a/b").value();
    CHECK(tree.find("a/b/c") != nullptr);
    tree.add_link("a/b", "elsewhere").value();
    CHECK(tree.find("a/b/c") == nullptr);
    CHECK(tree.add_file("a/b/c", one).error().code == "unsupported-entry");
    tree.add_folder("a/b").value();
    tree.add_file("a/b/c", one).value();
    tree.add_hard_link("a/d", "a/b/c").value();
    tree.remove("a/b/c");
    tree.remove("a/b/missing");
    tree.remove("missing/too");
    CHECK(std::get<TreeBuilder::File>(*tree.find("a/d")).digest == one.digest);
    tree.clear("a/missing");
    tree.clear("a");
    CHECK(tree.find("a") != nullptr);
    CHECK(tree.find("a/d") == nullptr);
    tree.clear("");
    CHECK(tree.finish(world.store).value() == world.store.add_directory({}).value());
    for (const char* path : {"", ".", "..", "/a", "a/", "a//b", "a/./b", "a/../b"}) {
        INFO(path);
        CHECK(tree.add_folder(path).error().code == "unsupported-entry");
    }
    CHECK(tree.add_file(std::string("a\0b", 3), one).error().code == "unsupported-entry");
    CHECK(tree.add_link("a", "").error().code == "unsupported-entry");
    std::string deep = "d";
    for (int i = 1; i < 256; ++i) deep += "/d";
    CHECK(tree.add_folder(deep));
    CHECK(tree.add_folder(deep + "/d").error().code == "unsupported-entry");
}

TEST_CASE("a blob can be written piece by piece") {
    World world;
    const std::string big(3 << 20, 'x');
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{1} << 18, big.size()}) {
        const auto bytes = std::string_view(big).substr(0, size);
        auto writer = world.store.write_blob(size == 1).value();
        for (std::size_t at = 0; at < size; at += 100'000) writer.write(bytes.substr(at, 100'000)).value();
        const auto written = writer.finish().value();
        CHECK(written.digest == Digest::of(bytes));
        CHECK(written.size == size);
        CHECK(world.store.blob(written.digest).value() == bytes);
        CHECK_THROWS_AS(writer.write("more"), InternalError);
    }
    {
        auto dropped = world.store.write_blob(false).value();
        dropped.write(big).value();
        CHECK(os::list_directory(world.store.temporary()).value().size() == 3);
    }
    CHECK(os::list_directory(world.store.temporary()).value() == std::vector<std::string>{"leases", "locks"});
}
