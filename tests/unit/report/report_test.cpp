// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <random>

#include "contract/base/text.hpp"
#include "contract/json/json.hpp"
#include "contract/report/report.hpp"

using namespace contract;
using core::Outcome;
using core::Stage;

namespace {

void add(core::Report& report, Stage stage, const std::string& target, Outcome outcome, bool cached = false) {
    core::TargetOutcome out;
    out.target = target;
    out.outcome = outcome;
    out.cached = cached;
    report.stage(stage).targets.push_back(std::move(out));
}

void add_many(core::Report& report, Stage stage, const std::string& prefix, int number, Outcome outcome,
              bool cached = false) {
    for (int i = 0; i < number; ++i) add(report, stage, prefix + std::to_string(1000 + i), outcome, cached);
}

// The fleet of the manual.
core::Report fleet() {
    core::Report report;
    report.contract = "fleet";
    report.system = "x86_64-linux";
    report.revision = core::RevisionReport{"3f2a91c0d5e6f708192a3b4c5d6e7f8091a2b3c4", {"tools/x.c"}};
    add_many(report, Stage::evaluation, "packages.p", 16, Outcome::passed);
    add_many(report, Stage::evaluation, "hosts.gpu-", 64, Outcome::passed);
    report.stage(Stage::evaluation).duration_ms = 3;
    add_many(report, Stage::build, "packages.c", 12, Outcome::passed, true);
    add_many(report, Stage::build, "packages.b", 3, Outcome::passed);
    add(report, Stage::build, "packages.gateway", Outcome::failed);
    report.stage(Stage::build).duration_ms = 8400;
    add_many(report, Stage::activation, "hosts.c", 62, Outcome::passed, true);
    add(report, Stage::activation, "hosts.new", Outcome::passed);
    add(report, Stage::activation, "hosts.gpu-064", Outcome::blocked);
    report.stage(Stage::activation).targets.back().blocked_by = {"packages.gateway"};
    report.stage(Stage::activation).duration_ms = 40;
    add_many(report, Stage::runtime, "probes.p", 9, Outcome::passed);
    add(report, Stage::runtime, "probes.secret", Outcome::unknown);
    report.stage(Stage::runtime).targets.back().reason = "permission denied";
    add_many(report, Stage::runtime, "probes.arm", 2, Outcome::not_applicable);
    report.stage(Stage::runtime).targets.back().reason = "for aarch64-linux";
    report.stage(Stage::runtime).targets[report.stage(Stage::runtime).targets.size() - 2].reason =
        "for aarch64-linux";
    report.stage(Stage::runtime).duration_ms = 112;
    for (const Stage stage : core::all_stages)
        report.stage(stage).outcome = core::outcome_of(report.stage(stage).targets);
    return report;
}

// The sum of the numbers of a stage's line that stand outside parentheses; the duration at its end is none.
std::size_t sum_of_line(const std::string& text, Stage stage) {
    for (const auto& line : split(text, '\n')) {
        if (!line.starts_with("  " + std::string(core::word(stage)))) continue;
        const auto counts = line.substr(0, line.rfind("  "));
        std::size_t sum = 0;
        bool inside = false;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] == '(' || counts[i] == ')') inside = counts[i] == '(';
            if (inside || counts[i] < '0' || counts[i] > '9') continue;
            std::size_t end = i;
            while (end < counts.size() && counts[end] >= '0' && counts[end] <= '9') ++end;
            sum += std::stoul(counts.substr(i, end - i));
            i = end - 1;
        }
        return sum;
    }
    return 0;
}

core::Report random_report(std::mt19937& random) {
    core::Report report;
    report.contract = "c";
    report.system = "x86_64-linux";
    constexpr std::array outcomes{Outcome::passed,  Outcome::failed,  Outcome::blocked,
                                  Outcome::unknown, Outcome::skipped, Outcome::not_applicable};
    for (const Stage stage : core::all_stages) {
        const int number = static_cast<int>(random() % 40);
        for (int i = 0; i < number; ++i)
            add(report, stage, (random() % 2 == 0 ? "hosts.h" : "packages.p") + std::to_string(i),
                outcomes[random() % outcomes.size()], random() % 2 == 0);
        report.stage(stage).outcome = core::outcome_of(report.stage(stage).targets);
        report.stage(stage).duration_ms = static_cast<std::int64_t>(random() % 10'000'000);
    }
    return report;
}

std::int64_t number_at(const json::Value& object, std::string_view name) {
    const auto* found = object.find(name);
    return found == nullptr ? 0 : std::get<std::int64_t>(found->data);
}

std::string text_at(const json::Value& object, std::string_view name) {
    const auto* found = object.find(name);
    return found == nullptr ? "(none)" : std::get<std::string>(found->data);
}

}  // namespace

TEST_CASE("the stages of a check have the shape of the manual") {
    const std::string text = report::human(fleet(), {});
    CHECK(text == R"(fleet @ 3f2a91c (1 file modified)   x86_64-linux

  evaluation   passed    16 targets, 64 hosts                             3 ms
  build        failed    12 cached, 3 built, 1 failed                    8.4 s
  activation   passed    63 rehearsed (62 cached), 1 blocked             40 ms
  runtime      unknown   9 passed, 1 unknown, 2 not applicable          112 ms

blocked         activation  hosts.gpu-064: by packages.gateway
unknown         runtime     probes.secret: permission denied
not applicable  runtime     probes.arm1000, probes.arm1001: for aarch64-linux
)");
}

TEST_CASE("a stage that was not asked for says so, and an empty one says what it lacks") {
    auto report = fleet();
    report.stage(Stage::build).requested = false;
    report.stage(Stage::activation) = {};
    report.stage(Stage::runtime) = {};
    report.revision.reset();
    report.notes = {"the build was not hermetic: inputs.machine"};
    const std::string text = report::human(report, {});
    CHECK(text == R"(fleet   x86_64-linux

  evaluation   passed    16 targets, 64 hosts                             3 ms
  build        skipped   not asked for (--stage)
  activation   passed    no hosts                                         0 ms
  runtime      passed    no probes                                        0 ms

note: the build was not hermetic: inputs.machine
)");
}

TEST_CASE("findings follow the stages, and the last line counts them") {
    auto report = fleet();
    core::Finding finding;
    finding.stage = Stage::build;
    finding.code = "build.failed";
    finding.target = "packages.gateway";
    finding.message = "'packages.gateway' failed";
    report.findings = {finding, finding};
    report.findings[1].severity = core::Severity::warning;
    const std::string text = report::human(report, {});
    CHECK(text.find("112 ms\n\nerror[build.failed]: 'packages.gateway' failed\n\nwarning[build.failed]") !=
          std::string::npos);
    CHECK(text.ends_with("\n\n1 error, 1 warning; more about one: contract explain build.failed\n"));
}

TEST_CASE("many targets with one reason take one line") {
    core::Report report;
    add_many(report, Stage::runtime, "probes.p", 50, Outcome::skipped);
    for (auto& target : report.stage(Stage::runtime).targets) target.reason = "not asked for";
    const std::string text = report::human(report, {});
    CHECK(text.find("skipped         runtime     probes.p1000, probes.p1001, probes.p1002, probes.p1003, "
                    "probes.p1004, probes.p1005 and 44 more: not asked for\n") != std::string::npos);
}

TEST_CASE("the numbers of every stage line add up to its targets") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        const auto report = random_report(random);
        const std::string text = report::human(report, {});
        for (const Stage stage : core::all_stages) {
            CAPTURE(text);
            CHECK(sum_of_line(text, stage) == report.stage(stage).targets.size());
        }
    }
}

TEST_CASE("the JSON report reads back with the same numbers") {
    std::mt19937 random(11);
    for (int round = 0; round < 50; ++round) {
        const auto report = random_report(random);
        const auto parsed = json::read(report::json(report));
        REQUIRE(parsed);
        CHECK(text_at(*parsed, "schema") == "contract.report/v1");
        CHECK(number_at(*parsed, "status") == core::exit_status_of(report));
        for (const Stage stage : core::all_stages) {
            const auto* member = parsed->find("stages")->find(core::word(stage));
            REQUIRE(member != nullptr);
            CHECK(text_at(*member, "outcome") == core::word(report.stage(stage).outcome));
            CHECK(number_at(*member, "duration_ms") == report.stage(stage).duration_ms);
            std::int64_t sum = 0;
            for (const char* name : {"failed", "unknown", "blocked", "not_applicable", "skipped"})
                sum += number_at(*member, name);
            sum += stage == Stage::build ? number_at(*member, "built") + number_at(*member, "cached")
                                         : number_at(*member, "passed");
            CHECK(sum == static_cast<std::int64_t>(report.stage(stage).targets.size()));
        }
        std::size_t outcomes = 0, expected = 0;
        for (const auto& target : std::get<json::Array>(parsed->find("targets")->data))
            outcomes += std::get<json::Object>(target.find("outcomes")->data).size();
        for (const Stage stage : core::all_stages) expected += report.stage(stage).targets.size();
        CHECK(outcomes == expected);
    }
}

TEST_CASE("a target's outcomes, causes and results stand together in JSON") {
    auto report = fleet();
    auto& built = report.stage(Stage::build).targets.back();
    built.action = Digest::of("action");
    built.output = core::StorePath(Digest::of("x"), "gateway");
    const auto parsed = json::read(report::json(report));
    REQUIRE(parsed);
    for (const auto& target : std::get<json::Array>(parsed->find("targets")->data)) {
        if (text_at(target, "target") == "packages.gateway") {
            CHECK(text_at(*target.find("outcomes"), "build") == "failed");
            CHECK(text_at(target, "action") == Digest::of("action").text());
            CHECK(text_at(target, "output") == built.output->text());
        }
        if (text_at(target, "target") == "hosts.gpu-064")
            CHECK(std::get<json::Array>(target.find("blocked_by")->data) == json::Array{"packages.gateway"});
        if (text_at(target, "target") == "probes.secret")
            CHECK(text_at(*target.find("reasons"), "runtime") == "permission denied");
    }
    CHECK(text_at(*parsed->find("revision"), "commit") == report.revision->commit);
}

TEST_CASE("a finding is whole in JSON") {
    core::Report report;
    report.sources["contract.toml"] = "pakages = 1\n";
    core::Finding finding;
    finding.stage = Stage::evaluation;
    finding.code = "evaluation.unknown-key";
    finding.blame = Blame::declaration;
    finding.target = "packages.x";
    finding.message = "\x1b[2J";
    finding.where = Span{"contract.toml", 1, 1, 1, 8, 0, 7};
    finding.related = {{*finding.where, "here"}};
    finding.evidence = {{"tried",
                         "text",
                         {{"address", std::string("a")},
                          {"port", std::int64_t{80}},
                          {"ok", false},
                          {"process", std::vector<std::string>{"make", "sh"}}}}};
    finding.help = {"do this"};
    finding.fix = core::Fix{core::Applicability::safe, {{"contract.toml", 0, 7, "packages"}}};
    finding.blocks = {"hosts.a"};
    report.findings = {finding};
    const auto parsed = json::read(report::json(report));
    REQUIRE(parsed);
    const auto& member = std::get<json::Array>(parsed->find("findings")->data).at(0);
    CHECK(text_at(member, "code") == "evaluation.unknown-key");
    CHECK(text_at(member, "blame") == "declaration");
    CHECK(text_at(member, "message") == "\\x1b[2J");
    CHECK(number_at(*member.find("where"), "end_column") == 8);
    const auto& evidence = std::get<json::Array>(member.find("evidence")->data).at(0);
    CHECK(text_at(evidence, "kind") == "tried");
    CHECK(number_at(evidence, "port") == 80);
    CHECK(std::get<json::Array>(evidence.find("process")->data) == json::Array{"make", "sh"});
    const auto& edit = std::get<json::Array>(member.find("fix")->find("edits")->data).at(0);
    CHECK(text_at(edit, "text") == "packages");
    CHECK(number_at(*edit.find("range"), "end_byte") == 7);
    CHECK(number_at(*edit.find("range"), "end_column") == 8);
}
