// SPDX-License-Identifier: Apache-2.0
//
// Contracts that come from inputs: scopes, what is reached, and which input is which.
#include <deque>

#include "contract/base/text.hpp"
#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;
using core::Outcome;

namespace {

// Our contract and others by the name of their input; everything pinned unless a test takes it away.
struct Fleet {
    std::string ours;
    std::map<std::string, std::string> theirs;
    FakeFiles files;
    std::map<std::string, FakeFiles> their_files;
    std::optional<core::Lock> lock = core::Lock{};
    std::map<std::string, manifest::ParsedManifest> parsed;
    manifest::ParsedManifest parsed_ours;
    evaluation::ContractInputs contracts;

    explicit Fleet(std::string body, std::map<std::string, std::string> others)
        : ours(header + std::move(body)), theirs(std::move(others)) {
        files.tracked = {{"src/main.c", "ours"}};
        for (auto& [name, text] : theirs) {
            text = "[contract]\nformat = 1\nname = \"their\"\n" + text;
            their_files[name].tracked = {{"src/main.c", "of " + name}, {"data/file", "data of " + name}};
        }
        read();
    }

    void read() {
        parsed_ours = manifest::parse_manifest("contract.toml", ours);
        contracts.flat = evaluation::flatten(parsed_ours.manifest, [&](const evaluation::FlatInput& input) {
            pin(input);
            return open(input.name);
        });
        contracts.findings = contracts.flat.findings;
        for (const auto& input : contracts.flat.inputs) pin(input);
    }

    const core::Manifest* open(const std::string& name) {
        const auto text = theirs.find(name);
        if (text == theirs.end()) return nullptr;
        auto& made = parsed[name];
        made = manifest::parse_manifest("inputs." + name + "/contract.toml", text->second);
        for (const auto& finding : made.findings) UNSCOPED_INFO(finding.message);
        contracts.contracts[name] = {&their_files[name], made.findings};
        return &made.manifest;
    }

    void pin(const evaluation::FlatInput& input) {
        const auto want = evaluation::want_of(input);
        if (!want || lock->find(input.name) != nullptr) return;
        core::LockedInput locked;
        locked.name = input.name;
        locked.want = *want;
        locked.pin.rev = std::string(40, 'a');
        locked.pin.tree = Digest::of(core::toml_text(core::source_of(*want).begin()->second));
        lock->inputs.push_back(std::move(locked));
    }

    evaluation::Evaluated run() {
        for (auto& [name, one] : parsed)
            parsed_ours.manifest.sources.insert(one.manifest.sources.begin(), one.manifest.sources.end());
        return evaluation::evaluate({parsed_ours.manifest, lock, "x86_64-linux", files, &contracts});
    }
};

std::vector<std::string> targets(const evaluation::Evaluated& evaluated) {
    std::vector<std::string> names;
    for (const auto& entry : evaluated.result.targets) names.push_back(entry.target);
    return names;
}

std::vector<std::string> told(const evaluation::Evaluated& evaluated) {
    std::vector<std::string> out;
    for (const auto& finding : evaluated.result.findings)
        if (finding.severity == core::Severity::error)
            out.push_back(finding.code + " " + finding.target + ": " + finding.message);
    return out;
}

std::vector<std::string> flat_names(const Fleet& fleet) {
    std::vector<std::string> names;
    for (const auto& input : fleet.contracts.flat.inputs) names.push_back(input.name);
    return names;
}

const std::string site_input = "[inputs.site]\ngit = \"https://example.org/site.git\"\ncontract = true\n";
const std::string a_check = "[checks.c]\nuses = [\"inputs.site.packages.gateway\"]\nrun = [\"x\"]\n";

}  // namespace

TEST_CASE("what a contract input provides is planned in its own scope, and nothing else of it") {
    Fleet fleet(site_input + "[packages.zlib]\nbuild = [\"ours\"]\n" + a_check,
                {{"site",
                  "[inputs.zlib]\ngit = \"https://example.org/zlib.git\"\n"
                  "[inputs.unused]\ngit = \"https://example.org/unused.git\"\n"
                  "[packages.zlib]\nsource = \"inputs.zlib\"\nbuild = [\"theirs\"]\n"
                  "[packages.gateway]\nsource = \"./src\"\n"
                  "build = [\"${{ packages.zlib }}\", \"${{ contract.name }}\"]\n"
                  "[packages.other]\nbuild = [\"${{ packages.nowhere }}\"]\n"
                  "[checks.theirs]\nrun = [\"x\"]\n"}});
    const auto evaluated = fleet.run();
    CHECK(told(evaluated).empty());
    CHECK(targets(evaluated) ==
          std::vector<std::string>{"checks.c", "inputs.site", "inputs.site.packages.gateway",
                                   "inputs.site.packages.zlib", "inputs.site/zlib", "packages.zlib"});
    const auto& gateway = planned(evaluated.plan.packages, "inputs.site.packages.gateway");
    const auto& zlib = planned(evaluated.plan.packages, "inputs.site.packages.zlib");
    CHECK(gateway.recipe.command == std::vector<std::string>{zlib.output.text(), "their"});
    CHECK(gateway.where.file == "inputs.site/contract.toml");
    CHECK(gateway.recipe.source == *fleet.their_files["site"].tree("src", {}, {}));
    CHECK(zlib.depends_on == std::vector<std::string>{"inputs.site/zlib"});
    CHECK(zlib.recipe.command == std::vector<std::string>{"theirs"});
    const auto& check = planned(evaluated.plan.checks, "checks.c");
    CHECK(check.depends_on == std::vector<std::string>{"inputs.site.packages.gateway"});
    CHECK(check.declared_tools == std::vector<std::string>{"inputs.site.packages.gateway"});
}

TEST_CASE("a recipe is the same in its own repository and as an input") {
    const std::string body =
        "[inputs.zlib]\ngit = \"https://example.org/zlib.git\"\n"
        "[packages.gateway]\nsource = \"inputs.zlib\"\nbuild = [\"${{ inputs.zlib }}\"]\n";
    Fleet inside(site_input + a_check, {{"site", body}});
    Fleet alone(body, {});
    CHECK(planned(inside.run().plan.packages, "inputs.site.packages.gateway").output ==
          planned(alone.run().plan.packages, "packages.gateway").output);
}

TEST_CASE("expressions name the parts of a contract input") {
    const auto told_by = [](const std::string& expression) {
        Fleet fleet(site_input + "[checks.c]\nrun = [\"${{ " + expression + " }}\"]\n",
                    {{"site", "[packages.node-ctl]\nbuild = [\"x\"]\n[toolchains.t]\n"}});
        std::vector<std::string> out;
        for (const auto& line : told(fleet.run())) out.push_back(line.substr(line.find(": ") + 2));
        return join(out, "\n");
    };
    CHECK(told_by("inputs.site.packages['node-ctl']") == "");
    CHECK(told_by("inputs.site.packages['node-ctl'].path + inputs.site.toolchains.t.name") == "");
    CHECK(told_by("inputs.site.packages.node") == "there is no 'node'");
    CHECK(told_by("inputs.site.packages.node.path") == "there is no 'node'");
    CHECK(told_by("size(inputs.site.packages) == 1") ==
          "a contract's 'packages' is used without a literal name");
    CHECK(told_by("inputs.site.checks.x") == "there is no 'checks'");
}

TEST_CASE("the same source is the same input, follows gives ours, another ref is a second version") {
    const std::string zlib = "git = \"https://example.org/zlib.git\"\nref = \"";
    Fleet fleet("[inputs.ours]\n" + zlib +
                    "v1\"\n[inputs.mine]\npath = \"../mine\"\n"
                    "[inputs.machine]\nhost = [\"/usr\", \"/bin\"]\n"
                    "[inputs.site]\ngit = \"https://example.org/site.git\"\ncontract = true\n"
                    "follows = { data = \"inputs.mine\" }\n" +
                    a_check,
                {{"site", "[inputs.zlib]\n" + zlib + "v1\"\n[inputs.newer]\n" + zlib +
                              "v2\"\n"
                              "[inputs.data]\ngit = \"https://example.org/data.git\"\n"
                              "[inputs.tools]\nhost = [\"/bin\", \"/usr\"]\n"
                              "[packages.gateway]\nsource = \"inputs.zlib\"\nroot = \"inputs.tools\"\n"
                              "build = [\"${{ inputs.newer }}\", \"${{ inputs.data }}\"]\n"}});
    CHECK(flat_names(fleet) == std::vector<std::string>{"ours", "mine", "machine", "site", "site/newer"});
    const auto evaluated = fleet.run();
    CHECK(told(evaluated).empty());
    const auto& gateway = planned(evaluated.plan.packages, "inputs.site.packages.gateway");
    CHECK(gateway.depends_on ==
          std::vector<std::string>{"inputs.machine", "inputs.mine", "inputs.ours", "inputs.site/newer"});
    CHECK(gateway.recipe.root.input == "machine");
}

TEST_CASE("contracts behind contracts are flat, and their own paths stay in their tree") {
    const std::string base = "[inputs.base]\ngit = \"https://example.org/base.git\"\ncontract = true\n";
    Fleet fleet(site_input + a_check,
                {{"site", base + "[packages.gateway]\nbuild = [\"${{ inputs.base.packages.tool }}\"]\n"},
                 {"site/base",
                  "[inputs.data]\npath = \"./data\"\n"
                  "[packages.tool]\nsource = \"inputs.data\"\nbuild = [\"x\"]\n"}});
    CHECK(flat_names(fleet) == std::vector<std::string>{"site", "site/base", "site/base/data"});
    CHECK(fleet.lock->inputs.size() == 2);  // a folder of a tree is pinned with the tree
    const auto evaluated = fleet.run();
    CHECK(told(evaluated).empty());
    const auto& data = planned(evaluated.plan.inputs, "inputs.site/base/data");
    CHECK(data.base == "inputs.site/base");
    CHECK(data.tree == *fleet.their_files["site/base"].tree("data", {}, {}));
    CHECK(planned(evaluated.plan.packages, "inputs.site/base.packages.tool").depends_on ==
          std::vector<std::string>{"inputs.site/base/data"});
}

TEST_CASE("a contract with other inputs is not shared, and has the pin of the same source") {
    const std::string base = "git = \"https://example.org/base.git\"\ncontract = true\n";
    const std::string zlib = "[inputs.zlib]\ngit = \"https://example.org/zlib.git\"\n";
    const std::string tool = zlib + "[packages.tool]\nsource = \"inputs.zlib\"\nbuild = [\"x\"]\n";
    const std::string uses = "[packages.gateway]\nuses = [\"inputs.base.packages.tool\"]\nbuild = [\"x\"]\n";
    Fleet same("[inputs.base]\n" + base + site_input + a_check,
               {{"base", tool}, {"site", "[inputs.base]\n" + base + uses}});
    CHECK(flat_names(same) == std::vector<std::string>{"base", "site", "base/zlib"});
    Fleet other("[inputs.base]\n" + base + site_input + a_check,
                {{"base", tool},
                 {"site", "[inputs.zlib]\ngit = \"https://example.org/fork.git\"\n[inputs.base]\n" + base +
                              "follows = { zlib = \"inputs.zlib\" }\n" + uses},
                 {"site/base", tool}});
    CHECK(flat_names(other) ==
          std::vector<std::string>{"base", "site", "base/zlib", "site/zlib", "site/base"});
    CHECK(other.contracts.flat.inputs.back().same_source == "base");
    const auto evaluated = other.run();
    CHECK(told(evaluated).empty());
    CHECK(planned(evaluated.plan.packages, "inputs.site/base.packages.tool").depends_on ==
          std::vector<std::string>{"inputs.site/zlib"});
}

TEST_CASE("a contract input that fails blocks what comes from it") {
    Fleet fleet(
        site_input + a_check +
            "[checks.d]\nrun = [\"${{ inputs.site.packages.any.path }}\"]\n[checks.e]\nrun = [\"x\"]\n",
        {});
    core::Finding finding;
    finding.code = "evaluation.contract-input";
    finding.target = "inputs.site";
    fleet.contracts.findings.push_back(finding);
    const auto evaluated = fleet.run();
    CHECK(told(evaluated).size() == 1);
    CHECK(outcome(evaluated, "inputs.site").outcome == Outcome::failed);
    for (const auto* check : {"checks.c", "checks.d"})
        CHECK(outcome(evaluated, check).blocked_by == std::vector<std::string>{"inputs.site"});
    CHECK(outcome(evaluated, "checks.e").outcome == Outcome::passed);
    CHECK(evaluated.result.findings[0].blocks == std::vector<std::string>{"checks.c", "checks.d"});
}

TEST_CASE("an entry that is missing, stale or not wanted") {
    const std::string data =
        "[inputs.data]\ngit = \"https://example.org/data.git\"\n[packages.gateway]\nbuild = [\"x\"]\n";
    Fleet fleet(site_input + a_check, {{"site", data}});
    REQUIRE(fleet.lock->inputs.size() == 2);
    const auto whole = *fleet.lock;
    CHECK(told(fleet.run()).empty());
    fleet.lock->inputs.pop_back();
    CHECK(
        told(fleet.run()) ==
        std::vector<std::string>{"evaluation.lock-missing inputs.site: contract.lock does not have what the "
                                 "contract of 'inputs.site' needs"});
    fleet.lock = whole;
    fleet.lock->inputs[1].want["ref"] = "old";
    const auto stale = fleet.run();
    CHECK(told(stale).size() == 1);
    CHECK(stale.result.findings[0].code == "evaluation.lock-stale");
    CHECK(stale.result.findings[0].evidence[0].text ==
          "inputs.site/data: ref: the contract says nothing, contract.lock \"old\"");
    CHECK(outcome(stale, "checks.c").outcome == Outcome::blocked);
    fleet.lock = whole;
    fleet.lock->inputs.push_back(whole.inputs[1]);
    fleet.lock->inputs[2].name = "site/gone";
    const auto superfluous = fleet.run();
    REQUIRE(superfluous.result.findings.size() == 1);
    CHECK(superfluous.result.findings[0].severity == core::Severity::warning);
}

TEST_CASE("mistakes of a contract input are told when they are reached, in their file") {
    const std::string theirs =
        "[packages.gateway]\nuses = [\"toolchains.d\"]\nbuild = [\"x\"]\n[toolchains.c]\n"
        "[packages.bad]\nbuild = 7\n[packages.worse]\nuses = [\"packages.none\"]\nbuild = [\"x\"]\n";
    Fleet fleet(site_input + a_check, {{"site", theirs}});
    const auto evaluated = fleet.run();
    REQUIRE(told(evaluated) == std::vector<std::string>{"evaluation.unknown-reference "
                                                        "inputs.site.packages.gateway: there is no "
                                                        "'toolchains.d'"});
    CHECK(evaluated.result.findings[0].where->file == "inputs.site/contract.toml");
    CHECK(evaluated.result.findings[0].help == std::vector<std::string>{"did you mean 'toolchains.c'?"});
    Fleet reached(site_input + "[checks.c]\nuses = [\"inputs.site.packages.bad\"]\nrun = [\"x\"]\n",
                  {{"site", theirs}});
    const auto bad = reached.run();
    CHECK(told(bad).size() == 1);
    CHECK(bad.result.findings[0].target == "inputs.site.packages.bad");
    CHECK(outcome(bad, "checks.c").blocked_by == std::vector<std::string>{"inputs.site.packages.bad"});
}

TEST_CASE("names that a contract input does not have") {
    const auto help_for = [](const std::string& reference) {
        Fleet fleet(site_input +
                        "[inputs.plain]\ngit = \"https://example.org/plain.git\"\n[checks.c]\nuses = [\"" +
                        reference + "\"]\nrun = [\"x\"]\n",
                    {{"site", "[packages.gateway]\nbuild = [\"x\"]\n[checks.c]\nrun = [\"x\"]\n"}});
        const auto evaluated = fleet.run();
        REQUIRE(told(evaluated).size() == 1);
        CHECK(evaluated.result.findings[0].code == "evaluation.unknown-reference");
        return join(evaluated.result.findings[0].help, "\n");
    };
    CHECK(help_for("inputs.site.packages.gatewy") == "did you mean 'inputs.site.packages.gateway'?");
    CHECK(help_for("inputs.site.toolchains.gateway") == "did you mean 'inputs.site.packages.gateway'?");
    CHECK(help_for("inputs.sites.packages.gateway") == "did you mean 'inputs.site.packages.gateway'?");
    CHECK(help_for("inputs.plain.packages.x").starts_with("'inputs.plain' is no contract"));
    CHECK(help_for("inputs.site.checks.c") == "");
}

TEST_CASE("follows of what is not there, and of what is no contract") {
    const auto problems = [](const std::string& follows, const std::string& theirs) {
        Fleet fleet(
            "[inputs.plain]\ngit = \"https://example.org/plain.git\"\n[inputs.site]\n"
            "git = \"https://example.org/site.git\"\ncontract = true\nfollows = " +
                follows + "\n",
            {{"site", theirs}});
        const auto evaluated = fleet.run();
        REQUIRE(told(evaluated).size() == 1);
        CHECK(outcome(evaluated, "inputs.site").outcome == Outcome::failed);
        const auto& finding = evaluated.result.findings[0];
        return finding.message + "|" + join(finding.help, "|");
    };
    const std::string zlib = "[inputs.zlib]\ngit = \"https://example.org/zlib.git\"\n";
    CHECK(problems("{ zlob = \"inputs.plain\" }", zlib) ==
          "'inputs.site' has no input 'zlob'|did you mean 'zlib'?");
    CHECK(problems("{ zlib = \"inputs.plane\" }", zlib) ==
          "there is no 'inputs.plane'|did you mean 'inputs.plain'?");
    CHECK(problems("{ zlib = \"inputs.plain\" }", zlib + "contract = true\n") ==
          "'inputs.plain' is no contract, and 'inputs.site' needs one as 'zlib'|add `contract = true` to it, "
          "or let another input be followed");
}

TEST_CASE("contracts that are inputs of each other, and contracts without an end") {
    const auto input = [](const std::string& name) {
        return "[inputs." + name + "]\ngit = \"https://example.org/" + name + ".git\"\ncontract = true\n";
    };
    Fleet fleet(site_input + a_check, {{"site", input("base")}, {"site/base", input("site")}});
    CHECK(told(fleet.run()) ==
          std::vector<std::string>{"evaluation.cycle inputs.site: contracts are inputs of each other: "
                                   "inputs.site → inputs.site/base → inputs.site"});
    std::map<std::string, std::string> chain;
    std::string name = "site";
    for (int i = 0; i < 40; ++i) {
        chain[name] = input("n" + std::to_string(i));
        name += "/n" + std::to_string(i);
    }
    Fleet endless(site_input, chain);
    const auto evaluated = endless.run();
    REQUIRE(told(evaluated).size() == 1);
    CHECK(told(evaluated)[0].starts_with("evaluation.contract-input inputs.site: contracts are inputs of"));
    CHECK(endless.contracts.flat.contracts.size() == evaluation::deepest_contract - 1);
}

TEST_CASE("what lies beside a contract is not there, unless it is followed") {
    const auto message = [](const std::string& theirs, const std::string& follows) {
        Fleet fleet(
            "[inputs.mine]\ngit = \"https://example.org/mine.git\"\n" + site_input + follows + a_check,
            {{"site", theirs + "[packages.gateway]\nsource = \"inputs.beside\"\nbuild = [\"x\"]\n"}});
        fleet.their_files["site"].tracked.erase("data/file");
        const auto all = told(fleet.run());
        return all.empty() ? "" : all[0];
    };
    const std::string git = "[inputs.beside]\ngit = \"../beside\"\n";
    const std::string path = "[inputs.beside]\npath = \"../beside\"\n";
    CHECK(
        message(git, "").starts_with("evaluation.path-outside inputs.site/beside: '../beside' lies outside"));
    CHECK(message(path, "").starts_with("evaluation.path-outside inputs.site/beside:"));
    CHECK(message("[inputs.beside]\npath = \"/etc\"\n", "")
              .starts_with("evaluation.path-outside inputs.site/beside: '/etc' lies outside"));
    for (const auto& one : {git, path}) CHECK(message(one, "follows = { beside = \"inputs.mine\" }\n") == "");
}

TEST_CASE("conditions and systems of a contract input are its own") {
    Fleet fleet(site_input + a_check +
                    "[checks.d]\nwhen = \"inputs.site.packages.gateway.name == 'x'\"\nrun = [\"x\"]\n",
                {{"site",
                  "[inputs.data]\ngit = \"https://example.org/data.git\"\nref = \"v1\"\n"
                  "[packages.gateway]\nwhen = \"inputs.data.ref == 'v2'\"\nbuild = [\"x\"]\n"}});
    const auto evaluated = fleet.run();
    CHECK(outcome(evaluated, "inputs.site.packages.gateway").outcome == Outcome::not_applicable);
    CHECK(outcome(evaluated, "checks.c").outcome == Outcome::not_applicable);
    CHECK(outcome(evaluated, "checks.d").outcome == Outcome::failed);  // it has no value that early
    Fleet elsewhere(site_input + a_check, {{"site",
                                            "systems = [\"aarch64-linux\"]\n[packages.gateway]\n"
                                            "build = [\"x\"]\n"}});
    CHECK(
        outcome(elsewhere.run(), "checks.c").reason ==
        "it needs 'inputs.site.packages.gateway', which is not applicable: the contract of 'inputs.site' is "
        "for aarch64-linux, not x86_64-linux");
}

TEST_CASE("the stricter of two contracts decides how a build is sealed") {
    Fleet fleet("sandbox = \"off\"\n" + site_input + a_check,
                {{"site", "sandbox = \"reduced\"\n[packages.gateway]\nbuild = [\"x\"]\n"}});
    const auto level = [](const evaluation::Evaluated& evaluated) {
        return planned(evaluated.plan.packages, "inputs.site.packages.gateway").recipe.least_level;
    };
    CHECK(level(fleet.run()) == core::SandboxLevel::reduced);
    Fleet strict(site_input + a_check,
                 {{"site", "sandbox = \"off\"\n[packages.gateway]\nbuild = [\"x\"]\n"}});
    CHECK(level(strict.run()) == core::SandboxLevel::sealed);
}

namespace {

const std::string their_gateway =
    "[inputs.zlib]\ngit = \"https://example.org/zlib.git\"\n"
    "[toolchains.t]\nenv = { CC = \"theirs\" }\n"
    "[packages.zlib]\nbuild = [\"theirs\"]\n"
    "[packages.gateway]\nsource = \"./src\"\nuses = [\"toolchains.t\"]\nenv = { A = \"1\", B = \"2\" }\n"
    "build = [\"${{ packages.zlib }}\"]\nmain = \"bin/g\"\ntimeout = \"2h\"\n";

const core::PlannedAction& gateway_of(const evaluation::Evaluated& evaluated) {
    return planned(evaluated.plan.packages, "inputs.site.packages.gateway");
}

}  // namespace

TEST_CASE("an override changes a package of another contract, in names of ours") {
    Fleet fleet(site_input + a_check +
                    "[packages.zlib]\nbuild = [\"ours\"]\n"
                    "[overrides.\"inputs.site.packages.gateway\"]\n"
                    "patches = [\"./fix.patch\"]\nuses = [\"packages.zlib\"]\n"
                    "env = { B = \"${{ packages.zlib }}\", C = \"${{ contract.name }}\" }\nsilence = "
                    "\"1m\"\nmemory = \"2GiB\"\n",
                {{"site", their_gateway}});
    fleet.files.tracked["fix.patch"] = "patch";
    const auto evaluated = fleet.run();
    CHECK(told(evaluated).empty());
    const auto& gateway = gateway_of(evaluated);
    const auto& ours = planned(evaluated.plan.packages, "packages.zlib");
    const auto& theirs = planned(evaluated.plan.packages, "inputs.site.packages.zlib");
    CHECK(gateway.recipe.command == std::vector<std::string>{theirs.output.text()});
    CHECK(gateway.recipe.source == *fleet.their_files["site"].tree("src", {}, {}));
    CHECK(gateway.recipe.patches == std::vector{*fleet.files.tree("fix.patch", {}, {})});
    CHECK(gateway.recipe.environment.at("A") == "1");
    CHECK(gateway.recipe.environment.at("B") == ours.output.text());
    CHECK(gateway.recipe.environment.at("C") == "demo");
    CHECK(gateway.recipe.environment.at("CC") == "theirs");
    CHECK(gateway.recipe.uses == std::vector{ours.output, theirs.output});
    CHECK(gateway.main == "bin/g");
    CHECK(gateway.limits.timeout_seconds == 7200);
    CHECK(gateway.limits.silence_seconds == 60);
    CHECK(gateway.limits.memory_bytes == std::int64_t{2} << 30);
    std::vector<std::string> keys;
    for (const auto& changed : gateway.changed) {
        keys.push_back(changed.key);
        CHECK(changed.where.file == "contract.toml");
    }
    CHECK(keys == std::vector<std::string>{"patches", "uses", "env", "silence", "memory"});
}

TEST_CASE("an override replaces what is no list and no map") {
    Fleet fleet(site_input + a_check +
                    "[inputs.machine]\nhost = [\"/usr\"]\n"
                    "[overrides.\"inputs.site.packages.gateway\"]\nsource = \"./src\"\nbuild = \"make\"\n"
                    "root = \"inputs.machine\"\nmain = \"bin/other\"\ntimeout = \"1m\"\n",
                {{"site", their_gateway}});
    const auto evaluated = fleet.run();
    CHECK(told(evaluated).empty());
    const auto& gateway = gateway_of(evaluated);
    CHECK(gateway.recipe.source == *fleet.files.tree("src", {}, {}));
    CHECK(gateway.recipe.command.back() == "make");
    CHECK(gateway.recipe.root.input == "machine");
    CHECK(gateway.main == "bin/other");
    CHECK(gateway.limits.timeout_seconds == 60);
    CHECK(gateway.recipe.environment.at("A") == "1");
}

TEST_CASE("a package that nobody has changed is what it was") {
    Fleet fleet(site_input + a_check + "[overrides.\"inputs.site.packages.zlib\"]\nmain = \"bin/z\"\n",
                {{"site", their_gateway}});
    Fleet without(site_input + a_check, {{"site", their_gateway}});
    CHECK(gateway_of(fleet.run()) == gateway_of(without.run()));
}

TEST_CASE("mistakes of an override are told at its own place") {
    const auto errors = [](const std::string& change,
                           const std::string& name = "inputs.site.packages.gateway") {
        Fleet fleet(site_input + a_check + "[overrides.\"" + name + "\"]\n" + change + "\n",
                    {{"site", their_gateway}});
        return told(fleet.run());
    };
    CHECK(
        errors("main = \"bin/x\"", "inputs.site.packages.gatewy") ==
        std::vector<std::string>{"evaluation.unknown-reference : there is no 'inputs.site.packages.gatewy'"});
    CHECK(errors("main = \"bin/x\"", "inputs.none.packages.gateway") ==
          std::vector<std::string>{"evaluation.unknown-reference : there is no contract 'inputs.none'"});
    // toolchains.t is a name of theirs, and means nothing here.
    CHECK(errors("uses = [\"toolchains.t\"]") ==
          std::vector<std::string>{"evaluation.unknown-reference inputs.site.packages.gateway: there is no "
                                   "'toolchains.t'"});
    CHECK(errors("env = { X = \"${{ packages.zlib }}\" }").size() == 1);
    CHECK(errors("patches = [\"./none.patch\"]") ==
          std::vector<std::string>{"evaluation.missing-file inputs.site.packages.gateway: there is no file "
                                   "'none.patch'"});
}

TEST_CASE("an override that cannot be read blocks its package") {
    Fleet fleet(site_input + a_check + "[overrides.\"inputs.site.packages.gateway\"]\nmian = \"x\"\n",
                {{"site", their_gateway}});
    REQUIRE(fleet.parsed_ours.findings.size() == 1);
    const auto evaluated = fleet.run();
    CHECK(outcome(evaluated, "inputs.site.packages.gateway").blocked_by ==
          std::vector<std::string>{"overrides.inputs.site.packages.gateway"});
    CHECK(outcome(evaluated, "checks.c").outcome == Outcome::blocked);
}
