// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;
using core::Outcome;

namespace {

const std::string body = R"([inputs.zlib]
git = "https://example.org/zlib.git"
ref = "v1.3.1"

[inputs.machine]
host = ["/usr", "/bin"]

[toolchains.c]
root = "inputs.machine"
env = { CC = "gcc", WHO = "toolchain" }

[packages.zlib]
source = "inputs.zlib"
uses = ["toolchains.c"]
build = "make install PREFIX=$out"

[packages.app]
source = { path = "./src", exclude = ["*.md"] }
uses = ["toolchains.c", "packages.zlib"]
env = { WHO = "app", REV = "${{ inputs.zlib.rev }}" }
build = "cc main.c -I${{ packages.zlib }}/include -o $out/app"
description = "The app"

[checks.unit]
uses = ["packages.app"]
run = ["${{ packages.app }}/app", "--system=${{ system }}"]

[probes.answers]
kind = "command"
command = ["${{ packages.app.path }}/app"]
uses = ["packages.app"]
expect = "exit == 0 && lines.size() > 1"
)";

}  // namespace

TEST_CASE("a contract becomes a plan") {
    Contract contract(body);
    contract.pin_all();
    const auto evaluated = contract.run();
    CHECK(contract.parsed.findings.empty());
    for (const auto& finding : evaluated.result.findings) FAIL(finding.code << " " << finding.message);
    const core::Plan& plan = evaluated.plan;
    REQUIRE(plan.packages.size() == 2);
    const auto& zlib = planned(plan.packages, "packages.zlib");
    const auto& app = planned(plan.packages, "packages.app");
    const auto& input = planned(plan.inputs, "inputs.zlib");
    const std::string store = zlib.output.text();

    CHECK(zlib.recipe.source == Digest::of("tree of zlib"));
    CHECK(zlib.depends_on == std::vector<std::string>{"inputs.machine", "inputs.zlib"});
    CHECK(zlib.recipe.root.kind == core::RootKind::host);
    CHECK(zlib.recipe.root.folders == std::vector<std::string>{"/bin", "/usr"});
    CHECK(zlib.recipe.environment.at("PATH") == "/usr/bin:/bin:/usr/sbin:/sbin");

    CHECK(app.recipe.command ==
          std::vector<std::string>{"/bin/sh", "-eu", "-c", "cc main.c -I" + store + "/include -o $out/app"});
    CHECK(app.recipe.environment.at("PATH") == store + "/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    CHECK(app.recipe.environment.at("PKG_CONFIG_PATH") ==
          store + "/lib/pkgconfig:" + store + "/share/pkgconfig");
    CHECK(app.recipe.environment.at("CMAKE_PREFIX_PATH") == store);
    CHECK(app.recipe.environment.at("WHO") == "app");
    CHECK(app.recipe.environment.at("CC") == "gcc");
    CHECK(app.recipe.environment.at("REV") == "51b7f2abdade71cd9bb0e7a373ef2610ec6f9daf");
    CHECK(app.recipe.uses == std::vector<core::StorePath>{zlib.output, input.path});
    CHECK(app.recipe.source == Digest::of("src/main.c\nint main;\n"));
    CHECK(app.output == core::output_path(app.recipe));
    CHECK(app.description == "The app");

    const auto& unit = planned(plan.checks, "checks.unit");
    CHECK(unit.recipe.command ==
          std::vector<std::string>{app.output.text() + "/app", "--system=x86_64-linux"});
    CHECK(unit.recipe.root.kind == core::RootKind::none);
    const auto& probe = planned(plan.probes, "probes.answers");
    CHECK(std::get<std::vector<std::string>>(probe.parameters.at("command")) ==
          std::vector<std::string>{app.output.text() + "/app"});
    CHECK(probe.uses == std::vector<core::StorePath>{app.output});
    CHECK(probe.depends_on == std::vector<std::string>{"packages.app"});
    for (const auto& target : evaluated.result.targets) CHECK(target.outcome == Outcome::passed);
    CHECK(evaluated.result.targets.size() == 7);
    CHECK(contract.files.accesses == std::vector<std::string>{"tree src"});
}

TEST_CASE("two runs give the same plan, and the order of tables does not matter to any output") {
    Contract first(body);
    first.pin_all();
    const auto a = first.run();
    CHECK(a.plan == first.run().plan);

    const std::size_t split = body.find("[packages.zlib]");
    const std::size_t app = body.find("[packages.app]");
    const std::size_t rest = body.find("[checks.unit]");
    Contract second(body.substr(0, split) + body.substr(app, rest - app) + body.substr(split, app - split) +
                    body.substr(rest));
    second.pin_all();
    const auto b = second.run();
    REQUIRE(b.plan.packages.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(a.plan.packages[i].target == b.plan.packages[i].target);
        CHECK(a.plan.packages[i].output == b.plan.packages[i].output);
    }
    CHECK(a.plan.checks[0].output == b.plan.checks[0].output);
}

TEST_CASE("whatever decides an output changes its path") {
    const auto path_with = [](const std::string& from, const std::string& to) {
        std::string changed = body;
        if (!from.empty()) changed.replace(changed.find(from), from.size(), to);
        Contract contract(changed);
        contract.pin_all();
        return planned(contract.run().plan.packages, "packages.app").output;
    };
    const auto before = path_with("", "");
    CHECK(path_with("CC = \"gcc\"", "CC = \"clang\"") != before);
    CHECK(path_with("-o $out/app", "-O2 -o $out/app") != before);
    CHECK(path_with("PREFIX=$out", "prefix=$out") != before);
    CHECK(path_with("\"/usr\", \"/bin\"", "\"/usr\"") != before);
    CHECK(path_with("The app", "An app") == before);
}

TEST_CASE("a failed target blocks what uses it and nothing else") {
    Contract contract(R"([packages.bad]
build = "echo ${{ nothing }}"
[packages.user]
uses = ["packages.bad"]
build = "true"
[packages.far]
build = "ls ${{ packages.user }}"
[packages.free]
build = "true"
[checks.one]
run = "true"
)");
    const auto evaluated = contract.run();
    CHECK(outcome(evaluated, "packages.bad").outcome == Outcome::failed);
    CHECK(outcome(evaluated, "packages.user").outcome == Outcome::blocked);
    CHECK(outcome(evaluated, "packages.far").blocked_by == std::vector<std::string>{"packages.bad"});
    CHECK(outcome(evaluated, "packages.free").outcome == Outcome::passed);
    REQUIRE(evaluated.result.findings.size() == 1);
    CHECK(evaluated.result.findings[0].blocks == std::vector<std::string>{"packages.far", "packages.user"});
    CHECK(evaluated.plan.packages.size() == 1);
    CHECK(evaluated.plan.unplanned.size() == 3);
}

TEST_CASE("a table the manifest could not read fails, and its users are blocked") {
    Contract contract(
        "[packages.bad]\nbuild = 7\n[packages.user]\nuses = [\"packages.bad\"]\nbuild = \"true\"\n"
        "[checks.one]\nrun = \"true\"\n");
    const auto evaluated = contract.run();
    CHECK_FALSE(contract.parsed.findings.empty());
    CHECK(evaluated.result.findings.empty());
    CHECK(outcome(evaluated, "packages.bad").outcome == Outcome::failed);
    CHECK(outcome(evaluated, "packages.user").outcome == Outcome::blocked);
}

TEST_CASE("a target for another system is not applicable, and so is what needs it") {
    Contract contract(R"toml([packages.other]
systems = ["aarch64-linux"]
source = "./nowhere"
build = "true"
[packages.never]
when = "system.endsWith('darwin')"
build = "true"
[packages.user]
uses = ["packages.never"]
build = "true"
[packages.always]
when = "contract.name == 'demo'"
build = "true"
[checks.one]
run = "true"
)toml");
    const auto evaluated = contract.run();
    CHECK(evaluated.result.findings.empty());
    CHECK(outcome(evaluated, "packages.other").reason == "it is for aarch64-linux, not x86_64-linux");
    CHECK(outcome(evaluated, "packages.never").reason == "when: system.endsWith('darwin') is false");
    CHECK(outcome(evaluated, "packages.user").outcome == Outcome::not_applicable);
    CHECK(outcome(evaluated, "packages.always").outcome == Outcome::passed);
    CHECK(contract.files.accesses.empty());
}

TEST_CASE("a contract for other systems has nothing to do here") {
    Contract contract(
        "systems = [\"aarch64-linux\"]\n[packages.a]\nsource = \"./src\"\nbuild = \"true\"\n[checks.c]\nrun "
        "= \"true\"\n");
    const auto evaluated = contract.run();
    for (const auto& target : evaluated.result.targets) CHECK(target.outcome == Outcome::not_applicable);
    CHECK(evaluated.plan.packages.empty());
    CHECK(contract.files.accesses.empty());
}

TEST_CASE("ten thousand packages in one chain are planned without quadratic cost") {
    const auto time = [](int number) {
        std::string text;
        for (int i = 0; i < number; ++i) {
            const std::string name = "p" + std::to_string(i);
            text += "[packages." + name + "]\nbuild = \"true\"\n";
            if (i > 0) text += "env = { NEXT = \"${{ packages.p" + std::to_string(i - 1) + " }}\" }\n";
        }
        Contract contract(text);
        contract.parsed = manifest::parse_manifest("contract.toml", contract.text);
        const auto start = std::chrono::steady_clock::now();
        const auto evaluated =
            evaluation::evaluate({contract.parsed.manifest, contract.lock, contract.system, contract.files});
        CHECK(evaluated.plan.packages.size() == static_cast<std::size_t>(number));
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const double small = time(1000);
    const double large = time(10000);
    INFO("1000: " << small << " s, 10000: " << large << " s");
    CHECK(large < 50 * small + 0.05);
}
