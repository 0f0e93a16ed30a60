// SPDX-License-Identifier: Apache-2.0
#include "contract/core/report.hpp"

#include <catch2/catch.hpp>

using namespace contract;
using namespace contract::core;

namespace {

TargetOutcome target(Outcome outcome) {
    TargetOutcome out;
    out.outcome = outcome;
    return out;
}

Finding finding(Stage stage, std::string name, Blame blame = Blame::declaration) {
    Finding out;
    out.stage = stage;
    out.target = std::move(name);
    out.blame = blame;
    return out;
}

}  // namespace

TEST_CASE("report: no failure hides another in the exit status") {
    Report report;
    CHECK(exit_status_of(report) == 0);
    report.stage(Stage::build).outcome = Outcome::failed;
    CHECK(exit_status_of(report) == 16);
    report.stage(Stage::runtime).outcome = Outcome::failed;
    CHECK(exit_status_of(report) == 80);
    report.stage(Stage::evaluation).outcome = Outcome::failed;
    report.stage(Stage::activation).outcome = Outcome::failed;
    CHECK(exit_status_of(report) == 120);
}

TEST_CASE("report: unknown fails its stage unless it was asked to be a warning; blocked is not a failure") {
    Report report;
    report.stage(Stage::runtime).outcome = Outcome::unknown;
    CHECK(exit_status_of(report) == 64);
    report.unknown_is_failure = false;
    CHECK(exit_status_of(report) == 0);
    for (const auto outcome :
         {Outcome::passed, Outcome::blocked, Outcome::skipped, Outcome::not_applicable}) {
        report.stage(Stage::runtime).outcome = outcome;
        CHECK(exit_status_of(report) == 0);
    }
}

TEST_CASE("report: a finding without a target fails its stage, a bug of ours sets bit 1, a warning nothing") {
    Report report;
    report.findings = {finding(Stage::evaluation, "")};
    CHECK(exit_status_of(report) == 8);
    report.findings = {finding(Stage::build, "packages.a", Blame::internal)};
    CHECK(exit_status_of(report) == 1);
    report.findings = {finding(Stage::build, "", Blame::internal)};
    report.findings.front().severity = Severity::warning;
    CHECK(exit_status_of(report) == 0);
}

TEST_CASE("report: a stage ends as the worst of its targets") {
    CHECK(outcome_of({}) == Outcome::passed);
    CHECK(outcome_of({target(Outcome::not_applicable)}) == Outcome::not_applicable);
    CHECK(outcome_of({target(Outcome::not_applicable), target(Outcome::passed)}) == Outcome::passed);
    CHECK(outcome_of({target(Outcome::passed), target(Outcome::unknown)}) == Outcome::unknown);
    CHECK(outcome_of({target(Outcome::unknown), target(Outcome::failed), target(Outcome::passed)}) ==
          Outcome::failed);
}

TEST_CASE("stage: words and stages are inverse, and each has its own bit") {
    int bits = 0;
    for (const Stage stage : all_stages) {
        CHECK(parse_stage(word(stage)) == stage);
        CHECK((bits & exit_status::bit(stage)) == 0);
        bits |= exit_status::bit(stage);
    }
    CHECK(bits == 120);
    CHECK_FALSE(parse_stage("Build"));
    CHECK(word(Outcome::not_applicable) == "not-applicable");
}

TEST_CASE("finding: an error at a stage's border keeps its blame, place, notes and help") {
    const Error error{"system",
                      "cannot write 'x'",
                      Blame::environment,
                      Span{"contract.toml", 3, 1, 3, 5, 0, 0},
                      {"tried: three times", "the disk is full: really"},
                      {"free some space"}};
    const Finding made = finding_from(Stage::build, "packages.a", error);
    CHECK(made.code == "build.system");
    CHECK(made.blame == Blame::environment);
    CHECK(made.where->line == 3);
    CHECK(made.help == error.help);
    REQUIRE(made.evidence.size() == 2);
    CHECK(made.evidence[0].kind == "tried");
    CHECK(made.evidence[0].text == "three times");
    CHECK(made.evidence[1].kind == "note");
    CHECK(made.evidence[1].text == "the disk is full: really");
}
