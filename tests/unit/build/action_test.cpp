// SPDX-License-Identifier: Apache-2.0
#include "../../../src/build/action.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

using namespace contract;
using namespace contract::build;

namespace {

core::StorePath path_of(const std::string& name) {
    return {Digest::of(name), name};
}

}  // namespace

TEST_CASE("a key changes with the recipe, the level, the machine that was seen and the kind", "[action]") {
    core::PlannedAction action;
    action.target = "packages.zlib";
    action.recipe.name = "zlib";
    const Digest plain = action_key(action, {});
    CHECK(plain == action_key(action, {}));
    CHECK(plain != action_key(action, Digest::of("machine")));
    CHECK(action_key(action, Digest::of("machine")) != action_key(action, Digest::of("another")));
    auto other = action;
    other.recipe.command = {"true"};
    CHECK(plain != action_key(other, {}));
    other = action;
    other.recipe.least_level = core::SandboxLevel::reduced;
    CHECK(plain != action_key(other, {}));
    other = action;
    other.target = "checks.zlib";
    CHECK(plain != action_key(other, {}));
}

TEST_CASE("what several roots saw of the machine does not depend on their order", "[action]") {
    const Digest a = Digest::of("a"), b = Digest::of("b");
    CHECK(combined_machine({}).is_zero());
    CHECK(combined_machine({a, b}) == combined_machine({b, a, b}));
    CHECK(combined_machine({a}) != combined_machine({b}));
    CHECK_FALSE(combined_machine({a}).is_zero());
}

TEST_CASE("a closure follows references, stops at cycles and names each path once", "[action]") {
    const auto a = path_of("a"), b = path_of("b"), c = path_of("c"), d = path_of("d");
    std::map<core::StorePath, std::vector<core::StorePath>> references{
        {a, {b, a}}, {b, {c}}, {c, {b}}, {d, {}}};
    auto wanted = std::vector{a, b, c};
    std::sort(wanted.begin(), wanted.end());
    CHECK(closure_of({a, b}, [&](const auto& path) { return references.at(path); }) == wanted);
    CHECK(closure_of({d}, [&](const auto& path) { return references.at(path); }) == std::vector{d});
    CHECK(closure_of({}, [&](const auto& path) { return references.at(path); }).empty());
}

TEST_CASE("declared variables win over defaults, never over out, jobs, TMPDIR and HOME", "[action]") {
    core::Recipe recipe;
    recipe.environment = {{"TZ", "Europe/Berlin"}, {"CC", "gcc"},      {"out", "/elsewhere"},
                          {"HOME", "/root"},       {"TMPDIR", "/var"}, {"jobs", "99"}};
    const auto output = path_of("zlib");
    const os::Environment wanted{{"PATH", "/path-not-set"},
                                 {"SOURCE_DATE_EPOCH", "315532800"},
                                 {"TZ", "Europe/Berlin"},
                                 {"LC_ALL", "C.UTF-8"},
                                 {"CC", "gcc"},
                                 {"HOME", "/homeless"},
                                 {"TMPDIR", "/build"},
                                 {"out", output.text()},
                                 {"jobs", "4"}};
    CHECK(builder_environment(recipe, output, usual(4)) == wanted);
    recipe.environment = {{"PATH", "/x/bin"}};
    CHECK(builder_environment(recipe, output, usual(4)).at("PATH") == "/x/bin");
}

TEST_CASE("the sandbox is asked for the closure read-only and for the output writable", "[action]") {
    core::PlannedAction action;
    action.target = "packages.zlib";
    action.recipe.command = {"/bin/sh", "-eu", "-c", "true"};
    action.output = path_of("zlib");
    const auto tool = path_of("tool");
    const auto real = [](const core::StorePath& path) { return "/home/store/" + path.base(); };
    auto request = sandbox_request(action, {tool}, real, {"/w/build", "/w/out", "/w/scratch"}, usual(2));
    REQUIRE(request.mounts.size() == 2);
    CHECK(request.mounts[0].source == "/home/store/" + tool.base());
    CHECK(request.mounts[0].target == tool.text());
    CHECK_FALSE(request.mounts[0].writable);
    CHECK(request.mounts[1].source == "/w/out");
    CHECK(request.mounts[1].target == action.output.text());
    CHECK(request.mounts[1].writable);
    CHECK(request.working_directory == "/build");
    CHECK(request.command == action.recipe.command);

    action.recipe.source = Digest::of("source");
    CHECK(request.most_memory == 0);
    action.limits.memory_bytes = 64 << 20;
    request = sandbox_request(action, {}, real, {"/w/build", "/w/out", "/w/scratch"}, usual(2));
    CHECK(request.working_directory == "/build/source");
    CHECK(request.most_memory == 64 << 20);
}
