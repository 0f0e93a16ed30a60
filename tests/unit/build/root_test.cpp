// SPDX-License-Identifier: Apache-2.0
//
// Builds in a root that is the tree of an input.
#include <catch2/catch.hpp>

#include "../../../src/build/action.hpp"
#include "shell_tree.hpp"

using namespace contract;
using test::shell_tree;
using test::told;
using test::Workshop;

namespace {

// The input is in the store already, as after a fetch.
core::Root root_of(Workshop& shop) {
    core::PlannedInput input;
    input.target = "inputs.base";
    input.kind = core::InputKind::oci;
    input.tree = shell_tree(shop.store);
    input.path = core::StorePath(Digest::of("base"), "base");
    shop.store.ensure_path(input.path, input.tree).value();
    shop.plan.inputs.push_back(input);
    return {core::RootKind::tree, "base", {}, input.path};
}

void give_root(core::PlannedAction& action, const core::Root& root) {
    action.recipe.root = root;
    action.depends_on.push_back("inputs." + root.input);
    std::sort(action.depends_on.begin(), action.depends_on.end());
    action.output = core::output_path(action.recipe);
}

}  // namespace

TEST_CASE("a package is built in the tree of an input and sees nothing of this machine", "[root]") {
    Workshop shop;
    const auto root = root_of(shop);
    shop.package("a", "cat /etc/release > $out/release; ls / /usr/bin > $out/seen");
    give_root(shop.plan.packages.back(), root);
    shop.package("b", "cat " + shop.plan.packages.back().output.text() + "/release > $out/again",
                 {"packages.a"});
    give_root(shop.plan.packages.back(), root);
    const auto built = shop.build();
    CHECK(told(built).empty());
    CHECK(shop.read(built, "packages.a", "release") == "the tree's\n");
    CHECK(shop.read(built, "packages.a", "seen") ==
          "/:\nbin\nbuild\ndev\netc\nproc\ntmp\nusr\nvar\n\n/usr/bin:\nbusybox\ncat\nls\nsh\n");
    CHECK(shop.read(built, "packages.b", "again") == "the tree's\n");
    CHECK(built.outputs.at("packages.a").root == root);
    CHECK(built.outputs.at("packages.a").references.empty());
    CHECK(test::outcome(shop.build(), "packages.a").cached);
}

TEST_CASE("a result in a tree does not depend on this machine", "[root]") {
    Workshop shop;
    const auto root = root_of(shop);
    shop.package("a", "echo a > $out/a");
    give_root(shop.plan.packages.back(), root);
    const auto first = test::outcome(shop.build(), "packages.a").action;
    REQUIRE(first);
    CHECK(*first == build::action_key(shop.plan.packages.back(), {}));
}

TEST_CASE("what a tree lacks is asked of its input", "[root]") {
    Workshop shop;
    const auto root = root_of(shop);
    shop.package("a", "gcc --version");
    give_root(shop.plan.packages.back(), root);
    shop.package("b", "");
    shop.plan.packages.back().recipe.command = {"gcc", "--version"};
    give_root(shop.plan.packages.back(), root);
    const auto built = shop.build();
    REQUIRE(built.result.findings.size() == 2);
    CHECK(built.result.findings[0].code == "build.failed");
    CHECK(built.result.findings[1].code == "build.program-missing");
    for (const auto& finding : built.result.findings) {
        REQUIRE_FALSE(finding.help.empty());
        CHECK(finding.help[0].starts_with(
            "let its root 'inputs.base' have 'gcc', with one more package in `deb`"));
    }
}
