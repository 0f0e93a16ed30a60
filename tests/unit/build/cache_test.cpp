// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <chrono>
#include <mutex>

#include "contract/build/record.hpp"
#include "contract/os/machine.hpp"
#include "workshop.hpp"

using namespace contract;
using test::outcome;
using test::told;
using test::Workshop;

TEST_CASE("a package is built once and then taken from the store", "[cache]") {
    Workshop shop;
    shop.package("hello", "echo hello > $out/greeting");
    const auto first = shop.build();
    REQUIRE(told(first).empty());
    CHECK(outcome(first, "packages.hello").outcome == core::Outcome::passed);
    CHECK_FALSE(outcome(first, "packages.hello").cached);
    CHECK(shop.read(first, "packages.hello", "greeting") == "hello\n");

    const auto second = shop.build();
    CHECK(told(second).empty());
    CHECK(outcome(second, "packages.hello").cached);
    CHECK(second.outputs.at("packages.hello").tree == first.outputs.at("packages.hello").tree);
    CHECK(second.outputs.at("packages.hello").cached);
    CHECK(outcome(second, "packages.hello").action == outcome(first, "packages.hello").action);
}

TEST_CASE("a result that is less sealed than the contract accepts, whoever signed it, is built anew",
          "[cache]") {
    Workshop shop;
    shop.package("hello", "echo hello > $out/greeting");
    const auto first = shop.build();
    REQUIRE(told(first).empty());
    auto row = shop.store.find_result(*outcome(first, "packages.hello").action).value().value();
    row.level = core::SandboxLevel::off;
    shop.store.commit_result(row).value();
    const auto second = shop.build();
    CHECK(told(second).empty());
    CHECK_FALSE(outcome(second, "packages.hello").cached);
    CHECK(shop.store.find_result(row.action).value()->level == core::SandboxLevel::sealed);
}

TEST_CASE("a user finds its package at the store path, and a changed recipe is built anew", "[cache]") {
    Workshop shop;
    const auto tool = shop.package("tool",
                                   "mkdir $out/bin; printf '#!/bin/sh\\necho made\\n' > $out/bin/make-it;"
                                   "chmod +x $out/bin/make-it");
    shop.package("user", tool + "/bin/make-it > $out/result", {"packages.tool"});
    shop.check("unit", "test -x " + tool + "/bin/make-it; ! touch " + tool + "/new", {"packages.tool"});
    const auto built = shop.build();
    REQUIRE(told(built).empty());
    CHECK(shop.read(built, "packages.user", "result") == "made\n");
    CHECK(outcome(built, "checks.unit").outcome == core::Outcome::passed);
    CHECK(built.outputs.count("checks.unit") == 0);

    shop.plan.packages[1] =
        test::action(shop.plan, "packages.user", "echo other > $out/result", {"packages.tool"});
    const auto again = shop.build();
    CHECK(outcome(again, "packages.tool").cached);
    CHECK_FALSE(outcome(again, "packages.user").cached);
    CHECK(outcome(again, "checks.unit").cached);
    CHECK(shop.read(again, "packages.user", "result") == "other\n");
}

TEST_CASE("a referenced output that was lost is made again before its users run", "[cache]") {
    Workshop shop;
    const auto data = shop.package("data", "echo 42 > $out/number");
    const auto link = shop.package("link", "ln -s " + data + "/number $out/number", {"packages.data"});
    REQUIRE(told(shop.build()).empty());
    REQUIRE(os::remove_tree(shop.store.real_path(shop.plan.packages[0].output)));

    shop.package("user", "cat " + link + "/number > $out/number", {"packages.link"});
    const auto built = shop.build(4);
    REQUIRE(told(built).empty());
    CHECK(shop.read(built, "packages.user", "number") == "42\n");
    CHECK_FALSE(outcome(built, "packages.data").cached);
    CHECK(outcome(built, "packages.link").cached);
}

TEST_CASE("a hundred cached actions take a few milliseconds", "[cache]") {
    Workshop shop;
    for (int number = 0; number < 100; ++number)
        shop.check("c" + std::to_string(number), "# " + std::to_string(number));
    for (const auto& one : shop.build(2).result.targets) REQUIRE(one.outcome == core::Outcome::passed);
    const auto begin = std::chrono::steady_clock::now();
    const auto built = shop.build(2);
    const auto took = std::chrono::steady_clock::now() - begin;
    for (const auto& one : built.result.targets) CHECK(one.cached);
    // About 3 ms on an idle machine; the bound only has to tell it from walking directories or starting
    // anything a hundred times.
    const double took_ms = std::chrono::duration<double, std::milli>(took).count();
    CHECK(took_ms < 400.0);
}

TEST_CASE("asking for one target leaves the others alone", "[cache]") {
    Workshop shop;
    shop.package("a", "echo a > $out/a");
    shop.package("b", "exit 1");
    const auto built = shop.build(2, {"packages.a"});
    CHECK(told(built).empty());
    REQUIRE(built.result.targets.size() == 1);
    CHECK(built.result.targets[0].target == "packages.a");
}

TEST_CASE("progress tells each start and each end, one at a time", "[cache]") {
    Workshop shop;
    for (const char* name : {"a", "b", "c"}) shop.check(name, std::string("echo ") + name);
    std::mutex alone;
    std::vector<std::string> started, finished;
    shop.progress = [&](const build::Progress& progress) {
        const std::unique_lock lock(alone, std::try_to_lock);
        REQUIRE(lock.owns_lock());
        (progress.kind == build::Progress::Kind::started ? started : finished).push_back(progress.target);
    };
    shop.build(3);
    std::sort(started.begin(), started.end());
    std::sort(finished.begin(), finished.end());
    CHECK(started == std::vector<std::string>{"checks.a", "checks.b", "checks.c"});
    CHECK(finished == started);
    started.clear();
    shop.build(3);
    CHECK(started.empty());
    CHECK(finished.size() == 6);
}

TEST_CASE("a result that saw the machine is used again only while the machine stays as it was", "[cache]") {
    Workshop shop;
    const test::TempDir tools;
    shop.package("seen", "echo seen > $out/file");
    auto& recipe = shop.plan.packages[0].recipe;
    recipe.root.folders.push_back(tools.path());
    std::sort(recipe.root.folders.begin(), recipe.root.folders.end());
    shop.plan.packages[0].output = core::output_path(recipe);
    shop.check("user", "true", {"packages.seen"});
    shop.check("apart", "true");
    REQUIRE(told(shop.build()).empty());
    CHECK(outcome(shop.build(), "packages.seen").cached);

    tools.write("new-tool", "#!/bin/sh\n", 0755);
    const auto built = shop.build();
    CHECK_FALSE(outcome(built, "packages.seen").cached);
    CHECK_FALSE(outcome(built, "checks.user").cached);
    CHECK(outcome(built, "checks.apart").cached);
}

TEST_CASE("how a result was made is remembered by the run that built it, and by no other", "[cache]") {
    Workshop shop;
    shop.plan.contract = "fleet";
    const auto tool = shop.package("tool", "echo tool > $out/tool");
    shop.package("user", "cat " + tool + "/tool > $out/user", {"packages.tool"});
    shop.package("broken", "echo half > $out/half; exit 3");
    shop.check("unit", "test -e " + tool + "/tool", {"packages.tool"});
    const auto before = os::now_seconds();
    const auto built = shop.build();
    const auto record_of = [&](const std::string& target) -> std::optional<core::BuildRecord> {
        const auto text = shop.store.recall(store::made_kind, outcome(built, target).action->hex()).value();
        return text ? build::decode_record(*text) : std::nullopt;
    };
    const auto record = record_of("packages.user");
    REQUIRE(record);
    CHECK(record->contract == "fleet");
    CHECK(record->target == "packages.user");
    CHECK(record->repository == shop.directory.path());
    CHECK(core::StorePath(Digest::of(record->recipe), "user") == shop.plan.packages[1].output);
    CHECK(record->uses == std::vector{shop.plan.packages[0].output});
    CHECK(record->root == test::machine_root());
    CHECK(record->level == core::SandboxLevel::sealed);
    CHECK(record->started >= before);
    CHECK(record->started <= os::now_seconds());
    CHECK(record->duration_ms == outcome(built, "packages.user").duration_ms);
    CHECK(record_of("checks.unit")->target == "checks.unit");
    CHECK_FALSE(record_of("packages.broken"));

    // Another contract that finds the result does not claim to have made it.
    shop.plan.contract = "another";
    CHECK(outcome(shop.build(), "packages.user").cached);
    CHECK(record_of("packages.user") == record);
}
