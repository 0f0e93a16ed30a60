// SPDX-License-Identifier: Apache-2.0
#include "contract/core/recipe.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <set>

using namespace contract;
using namespace contract::core;

namespace {

Recipe sample() {
    Recipe recipe;
    recipe.name = "zlib";
    recipe.command = {"make", "-j"};
    recipe.environment = {{"A", "1"}, {"B", "2"}};
    recipe.source = Digest::of("source");
    recipe.uses = {{Digest::of("one"), "one"}, {Digest::of("two"), "two"}};
    recipe.root = {RootKind::host, "machine", {"/bin", "/usr"}};
    recipe.system = "x86_64-linux";
    return recipe;
}

}  // namespace

TEST_CASE("recipe: the same one has the same digest and its output path shows the digest") {
    CHECK(digest_of(sample()) == digest_of(sample()));
    CHECK(output_path(sample()).base() == digest_of(sample()).short_name() + "-zlib");
}

TEST_CASE("recipe: everything that decides an output changes its digest") {
    const std::vector<std::function<void(Recipe&)>> changes{
        [](Recipe& r) { r.name = "zlib2"; },
        [](Recipe& r) { r.command = {"make -j"}; },
        [](Recipe& r) {
            r.command = {"make", "-", "j"};
        },
        [](Recipe& r) { r.command.push_back(""); },
        [](Recipe& r) { r.environment["A"] = "2"; },
        [](Recipe& r) { r.environment.erase("B"); },
        [](Recipe& r) { r.environment["C"] = ""; },
        [](Recipe& r) { r.source = Digest::of("other"); },
        [](Recipe& r) { r.source.reset(); },
        [](Recipe& r) { std::swap(r.uses[0], r.uses[1]); },
        [](Recipe& r) { r.uses.pop_back(); },
        [](Recipe& r) { r.root = {}; },
        [](Recipe& r) { r.root.folders = {"/bin/usr"}; },
        [](Recipe& r) { r.system = "aarch64-linux"; },
        [](Recipe& r) { r.least_level = SandboxLevel::off; },
    };
    std::set<Digest> digests{digest_of(sample())};
    for (const auto& change : changes) {
        Recipe recipe = sample();
        change(recipe);
        CHECK(digests.insert(digest_of(recipe)).second);
    }
}

TEST_CASE("recipe: what an input is called does not change what is built from it") {
    Recipe recipe = sample();
    recipe.root.input = "another name";
    CHECK(digest_of(recipe) == digest_of(sample()));
}

TEST_CASE("recipe: no text can pass for another field") {
    Recipe one;
    one.command = {"a\nargument 1:b"};
    Recipe two;
    two.command = {"a", "b"};
    CHECK(encode(one) != encode(two));
    Recipe variable;
    variable.environment = {{"N", "x\nvalue 1:y"}};
    Recipe variables;
    variables.environment = {{"N", "x"}};
    CHECK(encode(variable) != encode(variables));
}

TEST_CASE("store path: parse accepts a base and a whole path, and nothing else") {
    const StorePath path(Digest::of("abc"), "zlib-1");
    CHECK(path.base() == "xj4bnp4pahh6uqkbidpf3lrceoyagynd-zlib-1");
    CHECK(path.hash() == "xj4bnp4pahh6uqkbidpf3lrceoyagynd");
    CHECK(path.name() == "zlib-1");
    CHECK(path.text() == "/var/lib/contract/store/xj4bnp4pahh6uqkbidpf3lrceoyagynd-zlib-1");
    CHECK(StorePath::parse(path.base()).value() == path);
    CHECK(StorePath::parse(path.text()).value() == path);
    const std::string hash(path.hash());
    for (const std::string& bad :
         {std::string(), hash, hash + "-", hash + "-a/b", hash + "-..", "../" + path.base(),
          path.text() + "/bin", "/var/lib/contract/store" + path.base(), "/elsewhere/" + path.base(),
          hash.substr(1) + "-zlib", "1" + hash.substr(1) + "-zlib", "X" + hash.substr(1) + "-zlib",
          hash + "-a\n"})
        CHECK(StorePath::parse(bad).error().code == "bad-store-path");
    CHECK_THROWS_AS(StorePath(Digest::of("abc"), "not/a name"), InternalError);
}
