// SPDX-License-Identifier: Apache-2.0
//
// Roots that come from inputs: a file system from packages, or an image.
#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;

namespace {

core::Text text(const std::string& value) {
    core::Text made;
    made.value = value;
    return made;
}

// Every `path` input whose name begins with "deb" or "oci" is made one of that kind.
evaluation::Evaluated run(const std::string& body) {
    auto parsed = manifest::parse_manifest("contract.toml", header + body);
    CHECK(parsed.findings.empty());
    core::Lock lock;
    for (auto& input : parsed.manifest.inputs) {
        const std::string& name = input.name.value;
        if (name.starts_with("deb")) {
            core::DebSource source;
            source.packages = {text("busybox")};
            source.suites = {text("stable")};
            input.source = source;
        } else if (name.starts_with("oci")) {
            input.source = core::OciSource{text("registry.example.org/" + name)};
        }
        const auto want = core::want_of(input);
        if (!want) continue;
        core::LockedInput locked;
        locked.name = name;
        locked.want = *want;
        locked.pin.trees["x86_64-linux"] = Digest::of("tree of " + name);
        lock.inputs.push_back(std::move(locked));
    }
    FakeFiles files;
    return evaluation::evaluate({parsed.manifest, lock, "x86_64-linux", files});
}

// "code: message" of each error.
std::string told(const evaluation::Evaluated& evaluated) {
    std::string out;
    for (const auto& finding : evaluated.result.findings)
        if (finding.severity == core::Severity::error) out += finding.code + ": " + finding.message + "\n";
    return out;
}

std::string input(const std::string& name) {
    return "[inputs." + name + "]\npath = \"../" + name + "\"\n";
}

}  // namespace

TEST_CASE("a root from an input is its tree in the store, and must be there first") {
    const auto evaluated = run(input("deb") + input("oci") +
                               "[toolchains.c]\nroot = \"inputs.deb\"\n"
                               "[packages.a]\nuses = [\"toolchains.c\"]\nbuild = \"true\"\n"
                               "[packages.b]\nuses = [\"inputs.oci\"]\nbuild = \"true\"\n");
    CHECK(told(evaluated) == "");
    const auto& a = planned(evaluated.plan.packages, "packages.a");
    const auto& b = planned(evaluated.plan.packages, "packages.b");
    const auto& deb = planned(evaluated.plan.inputs, "inputs.deb");
    CHECK(a.recipe.root == core::Root{core::RootKind::tree, "deb", {}, deb.path});
    CHECK(a.recipe.environment.at("PATH") == "/usr/bin:/bin:/usr/sbin:/sbin");
    CHECK(a.depends_on == std::vector<std::string>{"inputs.deb"});
    CHECK(a.recipe.uses.empty());
    CHECK(b.recipe.root.kind == core::RootKind::tree);
    CHECK(b.recipe.root.path == planned(evaluated.plan.inputs, "inputs.oci").path);
    CHECK(b.depends_on == std::vector<std::string>{"inputs.oci"});
}

TEST_CASE("a host stands on a root from an input") {
    const auto evaluated = run(input("oci") + "[hosts.a]\nclass = \"linux\"\nroot = \"inputs.oci\"\n");
    CHECK(told(evaluated) == "");
    const auto& host = planned(evaluated.plan.hosts, "hosts.a");
    CHECK(host.root.path == planned(evaluated.plan.inputs, "inputs.oci").path);
    CHECK(host.depends_on == std::vector<std::string>{"inputs.oci"});
}

TEST_CASE("a target has one root, of whatever kind") {
    CHECK(told(run(input("deb") + input("oci") +
                   "[packages.a]\nroot = \"inputs.deb\"\nuses = [\"inputs.oci\"]\nbuild = \"true\"\n")) ==
          "evaluation.root-conflict: two roots: 'inputs.deb' and 'inputs.oci'\n");
    CHECK(told(run(input("deb") + "[inputs.machine]\nhost = [\"/usr\"]\n" +
                   "[packages.a]\nroot = \"inputs.deb\"\nuses = [\"inputs.machine\"]\nbuild = \"true\"\n")) ==
          "evaluation.root-conflict: two roots: 'inputs.deb' and 'inputs.machine'\n");
    CHECK(told(run(input("deb") +
                   "[packages.a]\nroot = \"inputs.deb\"\nuses = [\"inputs.deb\"]\nbuild = \"true\"\n")) ==
          "");
}

TEST_CASE("what was built in a root is used in that root, or in none") {
    const std::string package =
        input("deb") + input("oci") + "[packages.tool]\nroot = \"inputs.deb\"\nbuild = \"true\"\n";
    const std::string conflict =
        "evaluation.root-conflict: 'packages.tool' was built in the root 'inputs.deb', and this target's "
        "root is 'inputs.oci'\n";
    CHECK(told(run(package +
                   "[checks.c]\nroot = \"inputs.oci\"\nuses = [\"packages.tool\"]\nrun = \"true\"\n")) ==
          conflict);
    CHECK(told(run(package +
                   "[checks.c]\nroot = \"inputs.deb\"\nuses = [\"packages.tool\"]\nrun = \"true\"\n")) == "");
    CHECK(told(run(package + "[checks.c]\nuses = [\"packages.tool\"]\nrun = \"true\"\n")) == "");
    CHECK(
        told(run(package + "[hosts.h]\nclass = \"linux\"\nroot = \"inputs.oci\"\nconfig.units.tool.command = "
                           "[\"${{ packages.tool.path }}/bin/tool\"]\n")) == conflict);
}

TEST_CASE("an input with files only is no root") {
    const auto evaluated = run(input("data") + "[packages.a]\nroot = \"inputs.data\"\nbuild = \"true\"\n");
    CHECK(told(evaluated) == "evaluation.wrong-reference: 'inputs.data' is no root\n");
    for (const auto& finding : evaluated.result.findings)
        if (finding.code == "evaluation.wrong-reference")
            CHECK(finding.help.front() == "a root is an input with the key `deb`, `oci` or `host`");
}
