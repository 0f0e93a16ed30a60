// SPDX-License-Identifier: Apache-2.0
//
// Children commit results as fast as they can and are killed at random moments. Whatever is visible
// afterwards must be whole, and the next one must be able to go on in the same store.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <random>

#include "tree_builder.hpp"

using namespace contract;
using namespace contract::test;

namespace {

constexpr int texts = 40;

std::string text_of(int number) {
    return "content of number " + std::to_string(number) + "\n" +
           std::string(static_cast<std::size_t>(number), 'x');
}

// Makes what lies at `out` and commits it, the way a build does.
Result<> commit(store::Store& store, int number, const std::string& name) {
    TRY_ASSIGN(const auto work, os::TemporaryDirectory::create(store.temporary(), "work"));
    const std::string out = work.path() + "/out";
    TRY(os::make_directories(out + "/sub"));
    TRY(os::write_file(out + "/sub/file", text_of(number)));
    TRY(os::write_file(out + "/run", text_of(number), 0755));
    TRY_ASSIGN(const auto tree, store.import_tree(out));
    return store.commit_result(row_for(name, store_path(name), tree));
}

[[noreturn]] void work_until_killed(const std::string& home, int ready) {
    auto store = store::Store::open(home);
    if (!store) ::_exit(1);
    for (int round = 0;; ++round) {
        // Every path gets another tree in each turn, so that exchanging is interrupted too.
        const int number = round % texts;
        if (!commit(*store, round / 3 % texts, "path" + std::to_string(number / 2))) ::_exit(2);
        if (round == 0 && ::write(ready, "r", 1) != 1) ::_exit(3);
    }
}

// Every row must name a whole tree; returns how many there are.
int count_whole(store::Store& store) {
    int whole = 0;
    for (int number = 0; number < texts; ++number) {
        const std::string name = "path" + std::to_string(number);
        const auto row = store.find_result(Digest::of(name)).value();
        if (!row) continue;
        const std::string path = store.real_path(row->output);
        REQUIRE(store.has_tree(row->tree));
        REQUIRE(store.import_tree(path).value() == row->tree);
        REQUIRE(status_of(path).mode == 0555);
        REQUIRE(os::read_file(path + "/run").value() == os::read_file(path + "/sub/file").value());
        ++whole;
    }
    return whole;
}

}  // namespace

TEST_CASE("killed at any moment, the store shows only what is whole, and the next run goes on") {
    const TempDir directory;
    const std::string home = directory / "home";
    std::mt19937 random(20260101);
    std::uniform_int_distribution<int> microseconds(0, 40'000);
    int whole = 0;
    for (int round = 0; round < 15; ++round) {
        auto ready = os::make_pipe().value();
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) work_until_killed(home, ready.write.get());
        ready.write.reset();
        char byte = 0;
        REQUIRE(::read(ready.read.get(), &byte, 1) == 1);
        // Not waiting for anything to happen: the moment of the kill is what varies.
        ::usleep(static_cast<useconds_t>(microseconds(random)));
        REQUIRE(::kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        auto store = store::Store::open(home).value();
        whole = count_whole(store);
        REQUIRE(whole > 0);
    }
    auto store = store::Store::open(home).value();
    for (int number = 0; number < texts; ++number)
        commit(store, number, "path" + std::to_string(number)).value();
    CHECK(count_whole(store) == texts);
}

TEST_CASE("processes that create one store and commit the same actions at once all succeed") {
    const TempDir directory;
    const std::string home = directory / "home";
    std::vector<pid_t> children;
    for (int number = 0; number < 4; ++number) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto store = store::Store::open(home);
            if (!store) ::_exit(1);
            for (int round = 0; round < 10; ++round) {
                // Without the action's lock, which is the harder case.
                const std::string name = "path" + std::to_string(round);
                if (!commit(*store, round, name)) ::_exit(2);
                const auto found = store->find_result(Digest::of(name));
                if (!found || !*found) ::_exit(3);
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    auto store = store::Store::open(home).value();
    CHECK(count_whole(store) == 10);
}

TEST_CASE("the lock of an action keeps another process out until its holder is gone") {
    const TempDir directory;
    auto store = open_store(directory);
    const Digest action = Digest::of("action");
    auto held = os::make_pipe().value();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto lock = store.lock_action(action);
        if (!lock || ::write(held.write.get(), "h", 1) != 1) ::_exit(1);
        for (;;) ::pause();
    }
    char byte = 0;
    REQUIRE(::read(held.read.get(), &byte, 1) == 1);
    const std::string file = store.temporary() + "/locks/" + action.hex();
    CHECK(os::FileLock::take(file, os::FileLock::Wait::no).error().code == "locked");
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(store.lock_action(action));
}
