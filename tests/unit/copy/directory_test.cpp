// SPDX-License-Identifier: Apache-2.0
//
// A directory that results are copied to and from.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "contract/copy/key_file.hpp"
#include "contract/os/machine.hpp"
#include "machines.hpp"

using namespace contract;
using namespace contract::test;

namespace {

// texts ← library ← tool, which was built in a root that it needs.
struct Built {
    Machine machine;
    TempDir place;
    core::StorePath texts = machine.input("texts", "words\n");
    core::StorePath root = machine.input("root", "a root\n");
    store::ResultRow library = machine.result("library", {texts});
    store::ResultRow tool = make_tool();
    std::vector<PublicKey> trusted{machine.key.public_key()};

    std::string top() const { return place / "copies"; }
    copy::Wanted wanted() const { return {tool.output, tool.action}; }

private:
    store::ResultRow make_tool() {
        machine.roots["record of tool"] = root;
        const core::StorePath own(Digest::of("recipe of tool"), "tool");
        return machine.result("tool", {library.output, own});
    }
};

std::string blob_file(const std::string& top, const Digest& digest) {
    return top + "/blobs/" + digest.hex().substr(0, 2) + "/" + digest.hex();
}

Digest digest_of_text(const std::string& text) {
    return Digest::of(text);
}

std::vector<std::string> all_files(const std::string& top) {
    std::vector<std::string> out;
    const auto names = os::list_directory(top).value();
    for (const auto& name : names) {
        const std::string one = top + "/" + name;
        if (os::status(one).value()->type == os::FileType::directory) {
            const auto below = all_files(one);
            out.insert(out.end(), below.begin(), below.end());
        } else {
            out.push_back(one);
        }
    }
    return out;
}

}  // namespace

TEST_CASE("results go to a directory and from it into another store, with all they need") {
    Built built;
    const auto sent = built.machine.send_to(built.top(), {built.tool.action}).value();
    CHECK(std::set(sent.paths.begin(), sent.paths.end()) ==
          std::set{built.texts, built.root, built.library.output, built.tool.output});
    CHECK(sent.paths.back() == built.tool.output);

    Machine other;
    const auto received = other.take_from(built.top(), {built.wanted()}, built.trusted).value();
    CHECK(received.taken.size() == 4);
    CHECK(received.taken.back() == built.tool.output);
    CHECK(received.blobs == sent.blobs);
    const auto found = other.store.find_result(built.tool.action).value();
    REQUIRE(found);
    CHECK(found->tree == built.tool.tree);
    CHECK(std::set(found->references.begin(), found->references.end()) ==
          std::set(built.tool.references.begin(), built.tool.references.end()));
    CHECK(found->duration_ms == 12);
    CHECK(other.store.find_result(built.library.action).value());
    CHECK(other.store.recall(store::made_kind, built.tool.action.hex()).value() == "record of tool");
    for (const auto& path : {built.texts, built.root, built.library.output, built.tool.output})
        CHECK(other.store.has_path(path));
    const auto tool = other.store.real_path(built.tool.output) + "/bin/tool";
    CHECK(os::status(tool).value()->mode == 0555);
    CHECK(os::read_file(tool).value() ==
          os::read_file(built.machine.store.real_path(built.tool.output) + "/bin/tool").value());
    CHECK(other.store.verify({}).value().damages.empty());

    // What is there is not taken again.
    CHECK(other.take_from(built.top(), {built.wanted()}, {}).value().taken.empty());
}

TEST_CASE("a second copy transfers what is missing and nothing else") {
    Built built;
    CHECK(built.machine.send_to(built.top(), {built.library.action}).value().blobs > 0);
    const auto before = all_files(built.top()).size();
    CHECK(built.machine.send_to(built.top(), {built.library.action}).value().blobs == 0);
    CHECK(all_files(built.top()).size() == before);
    // A blob that was cut off, or removed, comes back.
    const auto file = blob_file(built.top(), digest_of_text("text\n"));
    REQUIRE(::unlink(file.c_str()) == 0);
    CHECK(built.machine.send_to(built.top(), {built.library.action}).value().blobs == 1);
    REQUIRE(::unlink(file.c_str()) == 0);
    os::write_file(file, "te").value();
    CHECK(built.machine.send_to(built.top(), {built.library.action}).value().blobs == 1);
    CHECK(os::read_file(file).value() == "text\n");
}

TEST_CASE(
    "everything in a directory of copies is a plain file that a server can give out, and none is secret") {
    Built built;
    built.machine.send_to(built.top(), {built.tool.action}).value();
    const auto secret = built.machine.key.file_text().substr(23);
    for (const auto& file : all_files(built.top())) {
        const auto status = os::status(file).value().value();
        CHECK(status.type == os::FileType::regular);
        CHECK(os::read_file(file).value().find(secret.substr(0, 40)) == std::string::npos);
        if (file.ends_with("/tmp/lock")) continue;
        CHECK((status.mode & 0444) == 0444);
    }
    CHECK(os::read_file(built.top() + "/contract-copy").value() == "contract copy 1\n");
    CHECK(os::list_directory(built.top() + "/tmp").value() == std::vector<std::string>{"lock"});
    // And moved elsewhere, byte by byte, it is as good.
    os::rename(built.top(), built.place / "moved").value();
    Machine other;
    CHECK(other.take_from(built.place / "moved", {built.wanted()}, built.trusted));
}

TEST_CASE("a flipped bit in any file of the directory never becomes visible") {
    Built built;
    built.machine.send_to(built.top(), {built.tool.action}).value();
    std::size_t noticed = 0;
    for (const auto& file : all_files(built.top())) {
        const auto sound = os::read_file(file).value();
        if (sound.empty() || file.ends_with("/tmp/lock")) continue;
        auto changed = sound;
        changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 4);
        REQUIRE(::chmod(file.c_str(), 0644) == 0);
        os::write_file(file, changed).value();
        Machine other;
        const auto taken = other.take_from(built.top(), {built.wanted()}, built.trusted);
        INFO(file);
        // A statement that nobody asks for may be wrong; whatever was taken is what was signed.
        if (!taken) ++noticed;
        CHECK((taken || code_of(taken) == "copy-damaged" || code_of(taken) == "result-untrusted" ||
               code_of(taken) == "bad-place"));
        CHECK(other.store.verify({}).value().damages.empty());
        if (!taken) CHECK_FALSE(other.store.find_result(built.tool.action).value());
        os::write_file(file, sound).value();
    }
    CHECK(noticed > 10);
}

TEST_CASE("what is no file where one should be is refused, and nothing waits for it") {
    Built built;
    built.machine.send_to(built.top(), {built.tool.action}).value();
    const auto file = blob_file(built.top(), digest_of_text("text\n"));
    const auto refused = [&](const std::string& part) {
        Machine other;
        const auto taken = other.take_from(built.top(), {built.wanted()}, built.trusted);
        REQUIRE_FALSE(taken);
        CHECK(taken.error().code == "copy-damaged");
        CHECK(taken.error().message.find(part) != std::string::npos);
    };
    REQUIRE(::unlink(file.c_str()) == 0);
    REQUIRE(::mkfifo(file.c_str(), 0644) == 0);
    refused("no regular file");
    REQUIRE(::unlink(file.c_str()) == 0);
    REQUIRE(::symlink("/dev/zero", file.c_str()) == 0);
    refused("no regular file");
    REQUIRE(::unlink(file.c_str()) == 0);
    REQUIRE(::mkdir(file.c_str(), 0755) == 0);
    refused("no regular file");
    REQUIRE(::rmdir(file.c_str()) == 0);
    os::write_file(file, "text\nand more").value();
    refused("13 bytes, not 5");
}

TEST_CASE("who signed the same result before goes on being believed") {
    Built first;
    first.machine.send_to(first.top(), {first.library.action}).value();
    Machine second("second");
    REQUIRE(second.take_from(first.top(), {{first.library.output, first.library.action}}, first.trusted));
    second.send_to(first.top(), {first.library.action}).value();
    second.send_to(first.top(), {first.library.action}).value();
    for (const auto& key : {first.trusted.front(), second.key.public_key()}) {
        Machine other;
        CHECK(other.take_from(first.top(), {{first.library.output, first.library.action}}, {key}));
    }
    const auto text = os::read_file(first.top() + "/paths/" + first.library.output.base()).value();
    const auto statement = copy::parse_statement(text, "test").value();
    CHECK(std::get<copy::ResultStatement>(statement).signatures.size() == 2);
}

TEST_CASE("several may copy to one directory at once") {
    Built built;
    std::vector<std::thread> threads;
    std::array<std::string, 4> codes;
    for (std::size_t index = 0; index < codes.size(); ++index)
        threads.emplace_back([&, index] {
            for (int again = 0; again < 3; ++again)
                if (codes[index].empty())
                    codes[index] = code_of(built.machine.send_to(built.top(), {built.tool.action}));
        });
    for (auto& thread : threads) thread.join();
    for (const auto& code : codes) CHECK(code.empty());
    Machine other;
    CHECK(other.take_from(built.top(), {built.wanted()}, built.trusted));
}

TEST_CASE("only a directory of copies, or an empty one, is written to") {
    Built built;
    const auto code = [&](const std::string& place) { return code_of(copy::open_destination(place)); };
    const auto source_code = [&](const std::string& place) { return code_of(copy::open_source(place)); };
    built.place.write("full/somebodys", "file");
    CHECK(code(built.place / "full") == "bad-place");
    CHECK(source_code(built.place / "full") == "bad-place");
    CHECK(source_code(built.place / "missing") == "bad-place");
    CHECK(source_code(built.place / "full/somebodys") == "bad-place");
    CHECK(source_code(built.machine.store.home()) == "bad-place");
    CHECK(code(built.machine.store.home()) == "bad-place");
    os::make_directories(built.place / "empty").value();
    CHECK(code(built.place / "empty").empty());
    CHECK(source_code(built.place / "empty").empty());
    built.place.write("newer/contract-copy", "contract copy 2\n");
    CHECK(code(built.place / "newer") == "bad-place");
    CHECK(source_code(built.place / "newer") == "bad-place");
    if (os::is_root()) {
        os::make_directories(built.place / "open").value();
        REQUIRE(::chmod((built.place / "open").c_str(), 0777) == 0);
        CHECK(code(built.place / "open") == "bad-place");
        REQUIRE(::chmod((built.place / "open").c_str(), 0755) == 0);
        REQUIRE(::chown((built.place / "open").c_str(), 1000, 1000) == 0);
        CHECK(code(built.place / "open") == "bad-place");
    }
}

TEST_CASE("what a killed copy left aside is removed by a later one") {
    Built built;
    built.machine.send_to(built.top(), {built.library.action}).value();
    built.place.write("copies/tmp/copy.old/file", "half");
    built.place.write("copies/tmp/copy.new/file", "half");
    const timespec old[2] = {{1000, 0}, {1000, 0}};
    REQUIRE(::utimensat(AT_FDCWD, (built.top() + "/tmp/copy.old").c_str(), old, 0) == 0);
    built.machine.send_to(built.top(), {built.tool.action}).value();
    CHECK(os::list_directory(built.top() + "/tmp").value() == std::vector<std::string>{"copy.new", "lock"});
    Machine other;
    CHECK(other.take_from(built.top(), {built.wanted()}, built.trusted));
}

TEST_CASE("a copy that is killed leaves a directory that works, and the next one goes on") {
    Built built;
    bool whole = false;
    for (useconds_t delay = 0; delay < 400'000 && !whole; delay = delay * 3 / 2 + 500) {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto store = store::Store::open(built.machine.store.home());
            const auto exporter = copy::Exporter::of(*store, &built.machine.key,
                                                     [](const std::string&) { return core::StorePath(); });
            const auto place = copy::open_destination(built.top());
            const bool sent = place && copy::send(*store, *exporter, **place, {built.tool.action}, {}, {});
            ::_exit(sent ? 0 : 1);
        }
        REQUIRE(child > 0);
        ::usleep(delay);
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        whole = WIFEXITED(status);
        if (whole) CHECK(WEXITSTATUS(status) == 0);
        // All of it, or nothing yet.
        Machine other;
        const auto taken = other.take_from(built.top(), {built.wanted()}, built.trusted);
        INFO("after " << delay << " us: " << (taken ? "" : taken.error().message));
        if (!taken) CHECK(taken.error().code == "bad-place");
        const bool visible = taken && taken->absent.empty();
        CHECK(visible == other.store.has_path(built.tool.output));
        CHECK((visible || !whole));
    }
    REQUIRE(built.machine.send_to(built.top(), {built.tool.action}));
    Machine other;
    CHECK(other.take_from(built.top(), {built.wanted()}, built.trusted).value().absent.empty());
}

TEST_CASE("what is not in the store, or damaged there, is not copied away") {
    Built built;
    CHECK(code_of(built.machine.send_to(built.top(), {Digest::of("nothing")})) == "not-built");
    CHECK(code_of(built.machine.send_to(built.top(), {}, {core::StorePath(Digest::of("x"), "nothing")})) ==
          "not-built");
    const auto file = built.machine.store.real_path(built.tool.output) + "/share/tool.txt";
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    os::write_file(file, "texT\n").value();
    // The same each time, until the store is mended: the advice is what ends it.
    for (int again = 0; again < 2; ++again) {
        const auto sent = built.machine.send_to(built.top(), {built.tool.action});
        REQUIRE(code_of(sent) == "store-damaged");
        REQUIRE(sent.error().help.size() == 1);
        CHECK(sent.error().help.front().find("contract store verify --repair") != std::string::npos);
    }
    Machine other;
    const auto received = other.take_from(built.top(), {built.wanted()}, built.trusted).value();
    CHECK(received.absent == std::vector{built.tool.output});
    built.machine.store.verify({true, 1, {}}).value();
    CHECK(code_of(built.machine.send_to(built.top(), {built.tool.action})) == "not-built");
    os::remove_tree(built.machine.directory / "made").value();
    // Both had the file, as one inode.
    built.machine.result("library", {built.texts});
    built.machine.result("tool", built.tool.references);
    CHECK(built.machine.send_to(built.top(), {built.tool.action}));
    CHECK(other.take_from(built.top(), {built.wanted()}, built.trusted).value().absent.empty());
}

TEST_CASE("a damaged blob in the directory is named by its file, and comes back when that is removed") {
    Built built;
    built.machine.send_to(built.top(), {built.tool.action}).value();
    const auto file = blob_file(built.top(), digest_of_text("text\n"));
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    os::write_file(file, "texT\n").value();
    Machine other;
    const auto taken = other.take_from(built.top(), {built.wanted()}, built.trusted);
    REQUIRE(code_of(taken) == "copy-damaged");
    CHECK(taken.error().message.find("'" + file + "'") != std::string::npos);
    REQUIRE(taken.error().help.size() == 1);
    CHECK(taken.error().help.front().find("remove that file") != std::string::npos);
    REQUIRE(::unlink(file.c_str()) == 0);
    CHECK(built.machine.send_to(built.top(), {built.tool.action}).value().blobs == 1);
    CHECK(other.take_from(built.top(), {built.wanted()}, built.trusted).value().absent.empty());
}

TEST_CASE("a destination that is full is the one that is named") {
    Built built;
    const auto large = built.machine.result("large", {}, std::string(400'000, 'x'));
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit little{100'000, before.rlim_max};
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &little) == 0);
    const auto sent = built.machine.send_to(built.top(), {large.action});
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    ::signal(SIGXFSZ, handler);
    REQUIRE(code_of(sent) == "system");
    CHECK(sent.error().message.find("cannot write '" + built.top() + "/blobs/") != std::string::npos);
}

TEST_CASE("without a key only trees of inputs can be told of") {
    Built built;
    const auto exporter = copy::Exporter::of(built.machine.store, nullptr, {}).value();
    CHECK(exporter.at(built.texts).value().size() == 1);
    CHECK(code_of(exporter.at(built.library.output)) == "key-missing");
}

TEST_CASE("a secret key lies in a file of its owner alone, and no other is used") {
    const TempDir directory;
    const auto file = directory / "keys/me";
    const auto made = copy::create_key(file, "me").value();
    CHECK(os::status(file).value()->mode == 0600);
    CHECK(os::list_directory(directory / "keys").value() == std::vector<std::string>{"me"});
    CHECK(copy::load_key(file).value().public_key() == made);
    // What is there stays.
    CHECK(code_of(copy::create_key(file, "me")) == "bad-key");
    CHECK(copy::load_key(file).value().public_key() == made);

    for (const auto mode : {0640, 0604, 0620, 0602, 0660, 0644}) {
        REQUIRE(::chmod(file.c_str(), static_cast<mode_t>(mode)) == 0);
        const auto refused = copy::load_key(file);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == "bad-key");
        CHECK(refused.error().message.find("read or written by others") != std::string::npos);
    }
    REQUIRE(::chmod(file.c_str(), 0400) == 0);
    CHECK(copy::load_key(file));
    if (os::is_root()) {
        REQUIRE(::chown(file.c_str(), 1000, 1000) == 0);
        CHECK(code_of(copy::load_key(file)) == "bad-key");
    }
    CHECK(code_of(copy::load_key(directory / "missing")) == "bad-key");
    CHECK(code_of(copy::load_key(directory.path())) == "bad-key");
    REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
    CHECK(code_of(copy::load_key(directory / "fifo")) == "bad-key");
    directory.write("nonsense", "nonsense\n", 0600);
    const auto nonsense = copy::load_key(directory / "nonsense");
    CHECK(code_of(nonsense) == "bad-key");
    CHECK(nonsense.error().message.find("nonsense'") != std::string::npos);  // its name, and not its text
    CHECK(nonsense.error().message.find("nonsense\n") == std::string::npos);
}
