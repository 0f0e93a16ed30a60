// SPDX-License-Identifier: Apache-2.0
#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;
using core::Outcome;

namespace {

core::Finding only(const evaluation::Evaluated& evaluated) {
    for (const auto& finding : evaluated.result.findings)
        UNSCOPED_INFO(finding.code << ": " << finding.message);
    REQUIRE(evaluated.result.findings.size() == 1);
    return evaluated.result.findings[0];
}

const std::string check = "[checks.one]\nrun = \"true\"\n";
const std::string two_roots = "[inputs.a]\nhost = [\"/usr\"]\n[inputs.b]\nhost = [\"/opt\"]\n";

}  // namespace

TEST_CASE("every mistake of a contract is reported at its characters in one run, each on its own") {
    // Each pair: a declaration with one mistake, and what is expected of it.
    const std::vector<std::pair<std::string, std::string>> mistakes{
        {"[packages.a1]\nuses = [\"packages.good1\"]\nbuild = \"true\"\n",
         "evaluation.unknown-reference \"packages.good1\"\n"},
        {"[packages.a2]\nuses = [\"probes.p\"]\nbuild = \"true\"\n",
         "evaluation.wrong-reference \"probes.p\"\n"},
        {"[packages.a3]\nroot = \"inputs.data\"\nbuild = \"true\"\n",
         "evaluation.wrong-reference \"inputs.data\"\n"},
        {"[packages.a4]\nbuild = \"é ${{ packages.goood.path }}\"\n", "evaluation.expression goood\n"},
        {"[packages.a5]\nbuild = \"\"\"\n\tx \\\n   ${{ 1 + 'ä' }}\"\"\"\n",
         "evaluation.expression 1 + 'ä'\n"},
        {"[packages.a6]\nbuild = \"${{ contract.description }}\"\n",
         "evaluation.unsafe-interpolation contract.description\n"},
        {"[packages.a7]\nsource = \"./nowhere\"\nbuild = \"true\"\n",
         "evaluation.missing-file \"./nowhere\"\n"},
        {"[packages.a8]\nsource = \"./new\"\nbuild = \"true\"\n", "evaluation.untracked-file \"./new\"\n"},
        {"[packages.a9]\nsource = { path = \"./src\", include = [\"*.py\"] }\nbuild = \"true\"\n",
         "evaluation.empty-source \"./src\"\n"},
        {"[packages.b1]\nwhen = \"sytem == 'x'\"\nbuild = \"true\"\n", "evaluation.expression sytem\n"},
        {"[packages.b2]\nuses = [\"packages.b2\"]\nbuild = \"true\"\n", "evaluation.cycle \"packages.b2\"\n"},
        {"[probes.b3]\nkind = \"tpc\"\n", "evaluation.unknown-probe-kind \"tpc\"\n"},
        {"[probes.b4]\nkind = \"tcp\"\nhost = \"a\"\nport = 1\nexpect = \"true\"\n",
         "evaluation.empty-expectation true\n"},
        {"[hosts.b5]\nclass = \"linux\"\nconfig.fils.\"/etc/motd\".text = \"\"\n",
         "evaluation.unknown-option fils\n"},
    };
    const std::string base =
        "description = \"two words\"\n[inputs.data]\npath = \"../data\"\n[packages.good]\nbuild = "
        "\"true\"\n[probes.p]\n"
        "kind = \"env\"\nname = \"HOME\"\n" +
        check;
    for (std::size_t without = 0; without <= mistakes.size(); ++without) {
        std::string body = base;
        std::string expected;
        for (std::size_t i = 0; i < mistakes.size(); ++i) {
            if (i == without) continue;
            body += mistakes[i].first;
            expected += mistakes[i].second;
        }
        Contract contract(body);
        contract.files.untracked = {"new"};
        contract.pin_all();
        CHECK(contract.findings() == expected);
        CHECK(contract.parsed.findings.empty());
    }
}

TEST_CASE("a reference that is nearly right says what was meant") {
    Contract contract(
        "[packages.zlib]\nbuild = \"true\"\n[packages.a]\nuses = [\"packages.zlob\"]\nbuild = \"true\"\n" +
        check);
    const auto finding = only(contract.run());
    CHECK(finding.help == std::vector<std::string>{"did you mean 'packages.zlib'?"});
    REQUIRE(finding.related.size() == 1);
    CHECK(finding.target == "packages.a");
}

TEST_CASE("a cycle is one finding with the place of every step") {
    Contract itself("[packages.a]\nbuild = \"ls ${{ packages.a }}\"\n" + check);
    auto finding = only(itself.run());
    CHECK(finding.code == "evaluation.cycle");
    CHECK(finding.message == "targets need each other: packages.a → packages.a");
    CHECK(itself.pointed(finding) == "packages.a");

    Contract two(
        "[packages.a]\nuses = [\"packages.b\"]\nbuild = \"true\"\n[packages.b]\nuses = "
        "[\"packages.a\"]\nbuild = \"true\"\n"
        "[packages.user]\nuses = [\"packages.b\"]\nbuild = \"true\"\n" +
        check);
    const auto evaluated = two.run();
    finding = only(evaluated);
    CHECK(finding.message == "targets need each other: packages.a → packages.b → packages.a");
    CHECK(two.pointed(finding) == "\"packages.b\"");
    REQUIRE(finding.related.size() == 1);
    CHECK(finding.related[0].text == "'packages.b' needs 'packages.a'");
    CHECK(finding.related[0].where.line == 8);
    CHECK(outcome(evaluated, "packages.b").outcome == Outcome::failed);
    CHECK(outcome(evaluated, "packages.user").outcome == Outcome::blocked);

    Contract three(
        "[toolchains.t]\nuses = [\"packages.a\"]\n[packages.a]\nuses = [\"packages.b\"]\nbuild = \"true\"\n"
        "[packages.b]\nuses = [\"toolchains.t\"]\nbuild = \"true\"\n" +
        check);
    finding = only(three.run());
    CHECK(finding.message ==
          "targets need each other: toolchains.t → packages.a → packages.b → toolchains.t");
    CHECK(finding.related.size() == 2);
}

TEST_CASE("two toolchains that disagree on a variable name both places") {
    Contract contract(
        "[toolchains.a]\nenv = { CC = \"gcc\", SAME = \"1\" }\n[toolchains.b]\nenv = { CC = \"clang\", SAME "
        "= \"1\" }\n"
        "[checks.one]\nuses = [\"toolchains.a\", \"toolchains.b\"]\nrun = \"true\"\n");
    const auto finding = only(contract.run());
    CHECK(finding.code == "evaluation.env-conflict");
    CHECK(contract.pointed(finding) == "\"toolchains.b\"");
    REQUIRE(finding.related.size() == 2);
    CHECK(finding.related[0].text == "set to \"gcc\"");
    CHECK(finding.related[1].where.line == 7);
}

TEST_CASE("a target has one root, and what it uses was built in the same or none") {
    Contract two(two_roots + "[checks.one]\nroot = \"inputs.a\"\nuses = [\"inputs.b\"]\nrun = \"true\"\n");
    CHECK(two.findings() == "evaluation.root-conflict \"inputs.b\"\n");
    Contract other(two_roots +
                   "[packages.p]\nroot = \"inputs.a\"\nbuild = \"true\"\n[checks.one]\nroot = \"inputs.b\"\n"
                   "uses = [\"packages.p\"]\nrun = \"true\"\n");
    CHECK(other.findings() == "evaluation.root-conflict \"packages.p\"\n");
    Contract none(two_roots +
                  "[packages.p]\nroot = \"inputs.a\"\nbuild = \"true\"\n[checks.one]\nuses = "
                  "[\"packages.p\"]\nrun = \"true\"\n");
    CHECK(none.findings().empty());
}

TEST_CASE("a missing lock is one finding that blocks the users of every input") {
    Contract contract(
        "[inputs.a]\npath = \"../a\"\n[inputs.b]\npath = \"../b\"\n[packages.p]\nuses = "
        "[\"inputs.b\"]\nbuild = \"true\"\n"
        "[packages.free]\nbuild = \"true\"\n" +
        check);
    const auto evaluated = contract.run();
    const auto finding = only(evaluated);
    CHECK(finding.code == "evaluation.lock-missing");
    CHECK(finding.message == "there is no contract.lock, and 2 inputs need a pin");
    CHECK(finding.blocks == std::vector<std::string>{"packages.p"});
    CHECK(outcome(evaluated, "inputs.b").outcome == Outcome::failed);
    CHECK(outcome(evaluated, "packages.free").outcome == Outcome::passed);
}

TEST_CASE("an input without an entry, a stale entry and an entry too many are told apart") {
    Contract contract(
        "[inputs.a]\ngit = \"https://example.org/a.git\"\nref = \"v1\"\n[inputs.b]\npath = \"../b\"\n"
        "[packages.p]\nuses = [\"inputs.a\"]\nbuild = \"true\"\n[packages.q]\nuses = [\"inputs.b\"]\nbuild = "
        "\"true\"\n" +
        check);
    contract.pin_all();
    contract.lock->inputs[0].want = {{"git", "https://example.org/a.git"}, {"ref", "v0"}};
    auto evaluated = contract.run();
    const auto finding = only(evaluated);
    CHECK(finding.code == "evaluation.lock-stale");
    REQUIRE(finding.evidence.size() == 1);
    CHECK(finding.evidence[0].text == "ref: contract.toml says \"v1\", contract.lock \"v0\"");
    CHECK(finding.help == std::vector<std::string>{"contract lock"});
    CHECK(outcome(evaluated, "packages.p").outcome == Outcome::blocked);
    CHECK(outcome(evaluated, "packages.q").outcome == Outcome::passed);

    contract.pin_all();
    contract.lock->inputs.pop_back();
    evaluated = contract.run();
    CHECK(only(evaluated).code == "evaluation.lock-missing");
    CHECK(outcome(evaluated, "packages.q").outcome == Outcome::blocked);

    contract.pin_all();
    contract.lock->inputs.push_back(contract.lock->inputs[0]);
    contract.lock->inputs.back().name = "gone";
    evaluated = contract.run();
    CHECK(only(evaluated).severity == core::Severity::warning);
    CHECK(only(evaluated).where->file == "contract.lock");
}

TEST_CASE("packages without a check are worth a warning") {
    Contract contract("[packages.p]\nbuild = \"true\"\n");
    CHECK(only(contract.run()).code == "evaluation.nothing-checked");
    CHECK(only(contract.run()).severity == core::Severity::warning);
}

TEST_CASE("probe parameters are held against their kind") {
    Contract contract(
        "[probes.a]\nkind = \"tcp\"\nhsot = \"x\"\nport = \"80\"\n[probes.b]\nkind = \"tcp\"\nhost = \"x\"\n"
        "port = \"${{ 40 + 40 }}\"\nexpect = \"connected == 1\"\n[probes.c]\nkind = \"tcp\"\nhost = "
        "\"x\"\nport = \"${{ 40 + 40 }}\"\n");
    CHECK(contract.findings() ==
          "evaluation.missing-key [probes.a]\nevaluation.unknown-option hsot\nevaluation.wrong-type \"80\"\n"
          "evaluation.expression connected == 1\n");
    const auto evaluated = contract.run();
    CHECK(std::get<std::int64_t>(planned(evaluated.plan.probes, "probes.c").parameters.at("port")) == 80);
    CHECK(planned(evaluated.plan.probes, "probes.c").expect == "connected");
}
