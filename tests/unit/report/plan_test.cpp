// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "contract/json/json.hpp"
#include "contract/report/report.hpp"

using namespace contract;

namespace {

core::Plan small_plan() {
    core::Plan plan;
    plan.contract = "fleet";
    plan.system = "x86_64-linux";
    core::PlannedInput input;
    input.target = "inputs.zlib";
    input.url = "https://example.org/zlib.git";
    input.pin.rev = std::string(40, 'a');
    plan.inputs.push_back(input);
    core::PlannedAction package;
    package.target = "packages.zlib";
    package.where = {"contract.toml", 9, 1, 9, 16, 0, 0};
    package.recipe.name = "zlib";
    package.recipe.command = {"/bin/sh", "-eu", "-c", "make\nmake install\n"};
    package.recipe.environment = {{"CFLAGS", "-O2"}};
    package.recipe.system = "x86_64-linux";
    package.output = core::output_path(package.recipe);
    plan.packages.push_back(package);
    core::PlannedHost host;
    host.target = "hosts.web";
    host.system = "x86_64-linux";
    host.host_class = "linux";
    core::GenerationEntry motd;
    motd.path = "/etc/motd";
    motd.content = core::FileText{"hello\n"};
    motd.option = "files.\"/etc/motd\"";
    motd.where = {"contract.toml", 20, 1, 20, 9, 0, 0};
    host.generation.entries.push_back(motd);
    plan.hosts.push_back(host);
    core::PlannedProbe probe;
    probe.target = "probes.api";
    probe.kind = "tcp";
    probe.parameters = {{"host", std::string("localhost")}, {"port", std::int64_t{80}}};
    probe.expect = "connected";
    plan.probes.push_back(probe);
    plan.policies.push_back(
        {"policies.named", {}, "size(packages) > 0", "", "packages", core::Severity::error, true});
    plan.policies.push_back(
        {"policies.none", {}, "packages == {}", "true", "", core::Severity::warning, false});
    plan.unplanned.push_back({"policies.arm", {}, core::Outcome::blocked, {"packages.broken"}, ""});
    plan.unplanned.push_back({"packages.arm", {}, core::Outcome::not_applicable, {}, "for aarch64-linux"});
    return plan;
}

std::string text_at(const json::Value* object, std::string_view name) {
    REQUIRE(object != nullptr);
    const auto* found = object->find(name);
    return found == nullptr ? "(none)" : std::get<std::string>(found->data);
}

}  // namespace

TEST_CASE("the plan in JSON has every target under its own name") {
    const auto plan = small_plan();
    const auto parsed = json::read(report::plan_json(plan));
    REQUIRE(parsed);
    CHECK(text_at(&*parsed, "schema") == "contract.plan/v1");
    for (const char* name : {"inputs", "toolchains", "packages", "checks", "formatters", "shells", "commands",
                             "modules", "policies", "hosts", "probes"}) {
        CAPTURE(name);
        REQUIRE(parsed->find(name) != nullptr);
        CHECK(std::holds_alternative<json::Object>(parsed->find(name)->data));
    }
    const auto* package = parsed->find("packages")->find("zlib");
    CHECK(text_at(package, "path") == plan.packages[0].output.text());
    CHECK(text_at(package, "recipe") == core::digest_of(plan.packages[0].recipe).text());
    CHECK(text_at(package->find("environment"), "CFLAGS") == "-O2");
    CHECK(std::get<json::Array>(package->find("command")->data).size() == 4);
    const auto* host = parsed->find("hosts")->find("web");
    const auto& file = std::get<json::Array>(host->find("files")->data).at(0);
    CHECK(text_at(&file, "path") == "/etc/motd");
    CHECK(text_at(&file, "type") == "file");
    CHECK(text_at(&file, "mode") == "0644");
    CHECK(text_at(&file, "sha256") == Digest::of("hello\n").text());
    CHECK(text_at(&file, "option") == "files.\"/etc/motd\"");
    CHECK(text_at(parsed->find("probes")->find("api"), "expect") == "connected");
    CHECK(text_at(parsed->find("unplanned")->find("packages.arm"), "reason") == "for aarch64-linux");
}

TEST_CASE("the overview names every target, and a sheet tells all of one") {
    const auto plan = small_plan();
    const std::string overview = report::plan_text(plan, "", {});
    for (const char* target : {"inputs.zlib", "packages.zlib", "hosts.web", "probes.api", "packages.arm",
                               "policies.named", "policies.none"}) {
        CHECK(overview.find(target) != std::string::npos);
        const std::string sheet = report::plan_text(plan, target, {});
        CHECK(sheet.starts_with(target));
        CHECK(sheet.ends_with("\n"));
    }
    CHECK(report::plan_text(plan, "packages.nothing", {}).empty());
    const std::string sheet = report::plan_text(plan, "packages.zlib", {});
    CHECK(sheet.starts_with("packages.zlib   contract.toml:9\n"));
    CHECK(sheet.find("  output        " + plan.packages[0].output.text() + "\n") != std::string::npos);
    CHECK(sheet.find("make\n                make install\n") != std::string::npos);
    CHECK(report::plan_text(plan, "hosts.web", {})
              .find("0644 root:root /etc/motd, 6 bytes  by files.\"/etc/motd\" "
                    "(contract.toml:20)\n") != std::string::npos);
}

TEST_CASE("policies say whether they hold") {
    const auto plan = small_plan();
    CHECK(report::plan_text(plan, "policies", {}) ==
          "\npolicies\n  policies.named  holds: packages\n  policies.none   does not hold, warning\n"
          "\nnot judged\n  policies.arm  blocked by packages.broken\n");
    const std::string sheet = report::plan_text(plan, "policies.none", {});
    CHECK(sheet.find("  when          true\n") != std::string::npos);
    CHECK(sheet.find("  outcome       does not hold\n") != std::string::npos);
    const auto parsed = json::read(report::plan_json(plan));
    REQUIRE(parsed);
    const auto* policies = parsed->find("policies");
    CHECK(text_at(policies->find("named"), "assert") == "size(packages) > 0");
    CHECK(policies->find("named")->find("holds")->data == json::Value(true).data);
    CHECK(policies->find("none")->find("holds")->data == json::Value(false).data);
    CHECK(text_at(policies->find("none"), "severity") == "warning");
}
