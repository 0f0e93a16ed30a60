// SPDX-License-Identifier: Apache-2.0
//
// Formatters, shells, commands, patches, and what is taken of a source.
#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;
using core::Outcome;

namespace {

const std::string tools = R"([inputs.machine]
host = ["/usr", "/bin"]
[toolchains.c]
root = "inputs.machine"
env = { CC = "gcc" }
[packages.tool]
uses = ["toolchains.c"]
build = "cc"
)";

std::vector<std::string> files_of(const core::PlannedFormatter& formatter) {
    std::vector<std::string> files;
    for (const auto& batch : formatter.batches)
        files.insert(files.end(), batch.files.begin(), batch.files.end());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

TEST_CASE("a formatter becomes an action on the files that it matches") {
    Contract contract(tools + R"([formatters.c]
description = "How C is written"
files = ["*.c"]
reads = ["*.md"]
uses = ["toolchains.c", "packages.tool"]
env = { STYLE = "${{ packages.tool }}/style" }
command = ["${{ packages.tool }}/fmt", "-w"]
)");
    const auto evaluated = contract.run();
    CHECK(contract.findings() == "evaluation.nothing-checked (warning) [packages.tool]\n");
    const auto& formatter = planned(evaluated.plan.formatters, "formatters.c");
    const auto& tool = planned(evaluated.plan.packages, "packages.tool");
    CHECK(formatter.description == "How C is written");
    CHECK(formatter.depends_on == std::vector<std::string>{"inputs.machine", "packages.tool"});
    REQUIRE(formatter.batches.size() == 1);
    const auto& batch = formatter.batches[0];
    CHECK(batch.target == "formatters.c");
    CHECK(batch.files == std::vector<std::string>{"src/main.c"});
    CHECK(batch.recipe.name == "format-c");
    CHECK(batch.recipe.command == std::vector<std::string>{tool.output.text() + "/fmt", "-w", "src/main.c"});
    CHECK(batch.recipe.environment.at("STYLE") == tool.output.text() + "/style");
    CHECK(batch.recipe.source == *contract.files.tree_of({"src/main.c", "src/notes.md"}));
    CHECK(batch.output == core::output_path(batch.recipe));
    CHECK(outcome(evaluated, "formatters.c").outcome == Outcome::passed);
}

TEST_CASE("a name that looks like an option is given as a path") {
    Contract contract("[formatters.f]\nfiles = [\"*.x\"]\ncommand = [\"f\"]\n");
    contract.files.tracked["-rf.x"] = "";
    const auto evaluated = contract.run();
    CHECK(planned(evaluated.plan.formatters, "formatters.f").batches.at(0).recipe.command ==
          std::vector<std::string>{"f", "./-rf.x"});
}

TEST_CASE("many files are checked in batches that hardly move when one is added") {
    Contract contract("[formatters.f]\nfiles = [\"*.x\"]\ncommand = [\"f\"]\n");
    for (int i = 0; i < 1500; ++i) contract.files.tracked["d/" + std::to_string(i) + ".x"] = "";
    const auto before = planned(contract.run().plan.formatters, "formatters.f");
    CHECK(files_of(before).size() == 1500);
    CHECK(before.batches.size() >= 8);
    CHECK(before.batches.size() <= 24);
    for (const auto& batch : before.batches) CHECK(batch.files.size() <= 200);
    contract.files.tracked["a-new-one.x"] = "";
    const auto after = planned(contract.run().plan.formatters, "formatters.f");
    CHECK(files_of(after).size() == 1501);
    std::size_t same = 0;
    for (const auto& batch : after.batches)
        for (const auto& known : before.batches)
            if (batch.recipe == known.recipe) ++same;
    CHECK(same + 2 >= before.batches.size());
}

TEST_CASE("formatters that share a file say their order, directly or by way of others") {
    const auto formatter = [](const std::string& name, const std::string& files, const std::string& after) {
        return "[formatters." + name + "]\nfiles = [\"" + files + "\"]\ncommand = [\"f\"]\n" +
               (after.empty() ? "" : "after = [\"formatters." + after + "\"]\n");
    };
    CHECK(Contract(formatter("a", "*.c", "") + formatter("b", "*.md", "")).findings().empty());
    CHECK(Contract(formatter("a", "*.c", "") + formatter("b", "main.c", "a")).findings().empty());
    CHECK(Contract(formatter("a", "*.c", "m") + formatter("b", "main.c", "") + formatter("m", "*.md", "b"))
              .findings()
              .empty());
    Contract unsaid(formatter("a", "*.c", "") + formatter("b", "main.c", ""));
    const auto evaluated = unsaid.run();
    REQUIRE(evaluated.result.findings.size() == 1);
    const auto& finding = evaluated.result.findings[0];
    CHECK(finding.code == "evaluation.formatter-order");
    CHECK(unsaid.pointed(finding) == "[formatters.b]");
    CHECK(finding.message ==
          "'formatters.a' and 'formatters.b' both format 'src/main.c', and neither says which comes first");
    CHECK(finding.related.size() == 1);
    CHECK(outcome(evaluated, "formatters.a").outcome == Outcome::passed);
    CHECK(outcome(evaluated, "formatters.b").outcome == Outcome::failed);
    // Not where one of them is for another system.
    CHECK(
        Contract(formatter("a", "*.c", "") + formatter("b", "main.c", "") + "systems = [\"aarch64-linux\"]\n")
            .findings()
            .empty());
}

TEST_CASE("what formatters can get wrong besides") {
    const std::string rest = "files = [\"*.c\"]\ncommand = [\"f\"]\n";
    CHECK(Contract("[formatters.f]\nfiles = [\"*.py\"]\ncommand = [\"f\"]\n").findings() ==
          "evaluation.empty-source \"*.py\"\n");
    CHECK(Contract("[formatters.f]\n" + rest + "after = [\"formatters.g\"]\n").findings() ==
          "evaluation.unknown-reference \"formatters.g\"\n");
    CHECK(Contract("[formatters.f]\n" + rest + "uses = [\"packages.none\"]\n").findings() ==
          "evaluation.unknown-reference \"packages.none\"\n");
    CHECK(Contract("[formatters.a]\nfiles = [\"*.c\"]\ncommand = [\"f\"]\nafter = [\"formatters.b\"]\n"
                   "[formatters.b]\nfiles = [\"*.md\"]\ncommand = [\"f\"]\nafter = [\"formatters.a\"]\n")
              .findings() == "evaluation.cycle \"formatters.b\"\n");
}

TEST_CASE("that a formatter only comes after another blocks it by nothing") {
    Contract contract(
        "[formatters.a]\nfiles = [\"*.c\"]\ncommand = [\"f\"]\nuses = [\"packages.none\"]\n"
        "[formatters.b]\nfiles = [\"*.c\"]\ncommand = [\"f\"]\nafter = [\"formatters.a\"]\n");
    const auto evaluated = contract.run();
    CHECK(outcome(evaluated, "formatters.a").outcome == Outcome::failed);
    CHECK(outcome(evaluated, "formatters.b").outcome == Outcome::passed);
    CHECK(planned(evaluated.plan.formatters, "formatters.b").after ==
          std::vector<std::string>{"formatters.a"});
}

TEST_CASE("a shell has the tools that builds see") {
    Contract contract(tools + R"([shells.default]
uses = ["toolchains.c", "packages.tool"]
env = { GROUP = "gpu", WHERE = "${{ packages.tool }}" }
enter = "echo ${{ packages.tool }}"
)");
    const auto evaluated = contract.run();
    const auto& shell = planned(evaluated.plan.shells, "shells.default");
    const auto& tool = planned(evaluated.plan.packages, "packages.tool");
    CHECK(shell.root.input == "machine");
    CHECK(shell.uses == std::vector{tool.output});
    CHECK(shell.environment.at("CC") == "gcc");
    CHECK(shell.environment.at("WHERE") == tool.output.text());
    CHECK(shell.environment.at("PATH").starts_with(tool.output.text() + "/bin:"));
    CHECK(shell.enter == "echo " + tool.output.text());
    CHECK(shell.depends_on == std::vector<std::string>{"inputs.machine", "packages.tool"});
}

TEST_CASE("a command is a script or an argument list, and names the probes that have to pass") {
    Contract contract(tools + R"([commands.drain]
description = "Drain a node"
uses = ["packages.tool"]
root = "inputs.machine"
run = 'tool drain "$@"'
needs = ["probes.up", "probes.elsewhere"]
[commands.list]
run = ["${{ packages.tool }}/bin/tool", "list"]
[probes.up]
kind = "env"
name = "X"
[probes.elsewhere]
kind = "env"
name = "X"
systems = ["aarch64-linux"]
)");
    const auto evaluated = contract.run();
    const auto& drain = planned(evaluated.plan.commands, "commands.drain");
    CHECK(drain.command == std::vector<std::string>{"/bin/sh", "-eu", "-c", "tool drain \"$@\"", "drain"});
    CHECK(drain.needs == std::vector<std::string>{"probes.up"});
    CHECK(drain.description == "Drain a node");
    const auto& list = planned(evaluated.plan.commands, "commands.list");
    const auto& tool = planned(evaluated.plan.packages, "packages.tool");
    CHECK(list.command == std::vector<std::string>{tool.output.text() + "/bin/tool", "list"});
    CHECK(list.uses == std::vector{tool.output});
    CHECK(list.depends_on == std::vector<std::string>{"packages.tool"});
}

TEST_CASE("what shells and commands can get wrong") {
    CHECK(Contract("[shells.s]\nenter = \"echo ${{ contract.description }}\"\n[commands.c]\nrun = \"x\"\n")
              .findings()
              .empty());
    CHECK(Contract("[shells.s]\nenter = \"echo ${{ 'a b' }}\"\n").findings() ==
          "evaluation.unsafe-interpolation 'a b'\n");
    CHECK(Contract("[commands.c]\nrun = \"echo ${{ 'a;b' }}\"\n").findings() ==
          "evaluation.unsafe-interpolation 'a;b'\n");
    CHECK(Contract("[commands.c]\nrun = \"x\"\nneeds = [\"probes.up\"]\n").findings() ==
          "evaluation.unknown-reference \"probes.up\"\n");
    CHECK(Contract("[shells.s]\nroot = \"inputs.none\"\n").findings() ==
          "evaluation.unknown-reference \"inputs.none\"\n");
    CHECK(Contract("[shells.s]\nuses = [\"shells.t\"]\n[shells.t]\n").findings() ==
          "evaluation.wrong-reference \"shells.t\"\n");
    Contract blocked(
        "[commands.c]\nrun = \"x\"\nneeds = [\"probes.up\"]\n[probes.up]\nkind = \"nonsense\"\n");
    CHECK(outcome(blocked.run(), "commands.c").blocked_by == std::vector<std::string>{"probes.up"});
}

TEST_CASE("a shell that is for another system is not applicable") {
    Contract contract(
        "[shells.s]\nsystems = [\"aarch64-linux\"]\n[commands.c]\nrun = \"x\"\nwhen = \"false\"\n");
    const auto evaluated = contract.run();
    CHECK(outcome(evaluated, "shells.s").outcome == Outcome::not_applicable);
    CHECK(outcome(evaluated, "commands.c").outcome == Outcome::not_applicable);
    CHECK(evaluated.plan.shells.empty());
}

TEST_CASE("patches are part of a recipe, in their order") {
    const std::string package = "[packages.a]\nsource = \"./src\"\nbuild = \"x\"\n[checks.a]\nrun = \"x\"\n";
    Contract plain(package);
    const auto without = planned(plain.run().plan.packages, "packages.a");
    Contract contract(
        "[packages.a]\nsource = \"./src\"\npatches = [\"./one.patch\", \"./p/two.patch\"]\n"
        "build = \"x\"\n[checks.a]\nrun = \"x\"\n");
    contract.files.tracked["one.patch"] = "one";
    contract.files.tracked["p/two.patch"] = "two";
    const auto with = planned(contract.run().plan.packages, "packages.a");
    CHECK(with.recipe.patches == std::vector{*contract.files.tree("one.patch", {}, {}),
                                             *contract.files.tree("p/two.patch", {}, {})});
    REQUIRE(with.patches.size() == 2);
    CHECK(with.patches[1].path == "p/two.patch");
    CHECK(with.output != without.output);
    auto swapped = with.recipe;
    std::swap(swapped.patches[0], swapped.patches[1]);
    CHECK(core::output_path(swapped) != with.output);
    CHECK(without.recipe.patches.empty());
}

TEST_CASE("what patches can get wrong") {
    const std::string check = "[checks.c]\nrun = \"x\"\n";
    CHECK(Contract("[packages.a]\npatches = [\"./motd\"]\nbuild = \"x\"\n" + check).findings() ==
          "evaluation.missing-key \"./motd\"\n");
    CHECK(Contract("[packages.a]\nsource = \"./src\"\npatches = [\"./none\"]\nbuild = \"x\"\n" + check)
              .findings() == "evaluation.missing-file \"./none\"\n");
}

TEST_CASE("include and exclude of an input are part of the recipe") {
    const std::string input =
        "[inputs.zlib]\ngit = \"https://example.org/zlib.git\"\n[checks.c]\nrun = \"x\"\n";
    const auto output = [&](const std::string& source) {
        Contract contract(input + "[packages.a]\nbuild = \"x\"\nsource = " + source + "\n");
        contract.pin_all();
        return planned(contract.run().plan.packages, "packages.a");
    };
    const auto all = output("\"inputs.zlib\"");
    const auto some = output("{ path = \"inputs.zlib\", include = [\"*.c\"], exclude = [\"test\"] }");
    CHECK(all.recipe.source == some.recipe.source);
    CHECK(some.recipe.include == std::vector<std::string>{"*.c"});
    CHECK(some.recipe.exclude == std::vector<std::string>{"test"});
    CHECK(all.output != some.output);
    Contract bad(
        input +
        "[packages.a]\nbuild = \"x\"\nsource = { path = \"inputs.zlib\", include = [\":(glob)x\"] }\n");
    bad.pin_all();
    CHECK(bad.findings() == "evaluation.bad-pathspec \":(glob)x\"\n");
}
