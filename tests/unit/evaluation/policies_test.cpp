// SPDX-License-Identifier: Apache-2.0
//
// Policies over the plan: what they see, what they prove, and what keeps one from being judged.
#include "contract/evaluation/plan_variables.hpp"
#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const std::string machine = "[inputs.machine]\nhost = [\"/usr\"]\n";
const std::string targets = machine +
                            "[packages.tool]\nroot = 'inputs.machine'\nbuild = 'true'\ndescription = 'x'\n"
                            "[packages.bare]\nroot = 'inputs.machine'\nbuild = 'true'\n"
                            "[checks.unit]\nroot = 'inputs.machine'\nrun = 'true'\n";
const std::string hosts =
    "[hosts.web]\nclass = 'linux'\nmodules = ['./web.toml']\nconfig.web.port = 80\n"
    "[hosts.mail]\nclass = 'linux'\nmodules = ['./web.toml']\nconfig.web.port = 8025\n";

Contract with(const std::string& body) {
    Contract contract(body);
    contract.files.tracked["web.toml"] =
        "[options.'web.port']\ntype = 'port'\ndefault = 8080\n"
        "[options.'web.pin']\ntype = 'int'\nsensitive = true\ndefault = 4711\n"
        "[options.'web.banner']\ntype = 'string'\n"
        "[options.'web.note']\ntype = 'optional(string)'\n"
        "[options.'web.sites.<name>.root']\ntype = 'path'\n";
    return contract;
}

std::string policy(const std::string& assertion, const std::string& more = "") {
    return "[policies.p]\nassert = \"" + assertion + "\"\n" + more;
}

// "holds", "fails", or the first message about the policy, or its outcome.
std::string judged(const std::string& body) {
    const auto evaluated = with(body).run();
    for (const auto& finding : evaluated.result.findings)
        if (finding.target == "policies.p" && finding.code != "evaluation.policy") return finding.message;
    const auto& result = outcome(evaluated, "policies.p");
    if (result.outcome == core::Outcome::not_applicable) return result.reason;
    if (result.outcome == core::Outcome::blocked) {
        std::string out = "blocked by";
        for (const auto& name : result.blocked_by) out += " " + name;
        return out;
    }
    return planned(evaluated.plan.policies, "policies.p").holds ? "holds" : "fails";
}

}  // namespace

TEST_CASE("a policy sees every part of the plan") {
    for (const char* assertion : {
             "system == 'x86_64-linux' && contract.name == 'demo'",
             "packages.all(p, packages[p].root.input == 'machine')",
             "packages.tool.description == 'x' && !has(packages.bare.description)",
             "inputs.machine.kind == 'host' && inputs.machine.folders == ['/usr']",
             "checks.unit.timeout_seconds == 3600 && 'inputs.machine' in inputs == false",
             "hosts.web.config.web.port == 80 && hosts['mail'].config.web.port == 8025",
             "hosts.all(name, host, host.config.web.port > 79 && host.system == system)",
             "has(hosts.web.config.web.port) && !has(hosts.web.config.web.banner)",
             "hosts.web.config.web.note == null && hosts.web.config.web.exists(o, o == 'note')",
             "hosts.web.config.web.sites == {} && hosts.web.config.web.sites.all(s, false)",
             "hosts.web.provenance['web.port'].set_by[0].module == 'hosts.web'",
             "size(probes) == 0 && size(unplanned) == 0 && size(modules) == 0",
             "'config' in hosts.web && 'generation' in hosts.web && 'generations' in hosts.web == false",
         }) {
        INFO(assertion);
        CHECK(judged(targets + hosts + policy(assertion)) == "holds");
        CHECK(judged(targets + hosts + policy("!(" + std::string(assertion) + ")")) == "fails");
    }
}

TEST_CASE("what a policy names has to be there") {
    CHECK(judged(targets + policy("packages.tol.path != ''")) == "there is no 'tol' in 'packages'");
    CHECK(judged(targets + policy("packages.tool.pth != ''")) == "there is no 'pth'");
    CHECK(judged(targets + policy("packages.all(p, packages[p].pth != '')")) == "there is no 'pth'");
    CHECK(judged(targets + policy("packages.all(n, p, p.pth != '')")) == "there is no 'pth' in 'p'");
    CHECK(judged(targets + policy("policies.q.holds")) == "there is no 'policies'");
    CHECK(judged(targets + policy("size(packages)")) == "the expression is int, not bool");
    CHECK(judged(targets + policy("dyn(1)")) == "the expression is int, not bool");
    CHECK(judged(targets + policy("true", "message = '${{ nobody }}'\n")) == "there is no 'nobody'");
    CHECK(judged(targets + hosts + policy("hosts.web.config.web.banner == ''")) == "there is no 'banner'");
    CHECK(judged(targets + hosts + policy("hosts.web.config.web.pin == 1")) ==
          "'web.pin' is sensitive: its value is in no plan");
}

TEST_CASE("half a plan proves nothing") {
    const std::string broken =
        "[packages.broken]\nroot = 'inputs.nothing'\nbuild = 'true'\n"
        "[packages.after]\nuses = ['packages.broken']\nbuild = 'true'\n"
        "[packages.unread]\nbuild = 1\n";
    CHECK(judged(targets + broken + policy("packages.all(p, true)")) ==
          "blocked by packages.broken packages.unread");
    CHECK(judged(targets + broken + policy("size(packages) > 1")) ==
          "blocked by packages.broken packages.unread");
    CHECK(judged(targets + broken + policy("packages.after.path != ''")) == "blocked by packages.broken");
    CHECK(judged(targets + broken + policy("packages.tool.path != ''")) == "holds");
    CHECK(judged(targets + broken + policy("checks.all(c, false)")) == "fails");
    CHECK(judged(targets + broken + policy("true", "when = 'size(packages) > 0'\n")) ==
          "blocked by packages.broken packages.unread");
    const std::string other = "[packages.arm]\nbuild = 'true'\nwhen = \"system == 'aarch64-linux'\"\n";
    CHECK(judged(targets + other + policy("packages.arm.path != ''")) ==
          "it names 'packages.arm', which is not applicable: when: system == 'aarch64-linux' is false");
    CHECK(judged(targets + other + policy("has(packages.arm)")) == "fails");
    CHECK(judged(targets + other + policy("packages.all(p, p != 'arm')")) == "holds");
    CHECK(judged(targets + policy("false", "when = 'size(packages) > 5'\n")) ==
          "when: size(packages) > 5 is false");
    CHECK(judged(targets + policy("false", "when = 'size(packages) == 2'\n")) == "fails");
}

TEST_CASE("what decided is shown with its place") {
    auto contract =
        with(targets + hosts +
             policy("hosts.all(h, hosts[h].config.web.port >= 1024)",
                    "message = \"low: ${{ hosts.filter(h, hosts[h].config.web.port < 1024) }}\"\n"));
    const auto evaluated = contract.run();
    REQUIRE(evaluated.result.findings.size() == 1);
    const auto& finding = evaluated.result.findings[0];
    CHECK(finding.code == "evaluation.policy");
    CHECK(finding.severity == core::Severity::error);
    CHECK(finding.message == "low: [\"web\"]");
    CHECK(contract.pointed(finding) == "hosts.all(h, hosts[h].config.web.port >= 1024)");
    REQUIRE(finding.evidence.size() == 2);
    CHECK(finding.evidence[0].text == "h = \"web\"");
    CHECK(finding.evidence[1].text == "hosts[h].config.web.port = 80");
    REQUIRE(finding.related.size() == 1);
    CHECK(finding.related[0].text == "hosts.web.config.web.port, by hosts.web");
    CHECK(contract.text.substr(finding.related[0].where.begin_byte, 2) == "80");
    CHECK(outcome(evaluated, "policies.p").outcome == core::Outcome::failed);
    CHECK(outcome(evaluated, "hosts.web").outcome == core::Outcome::passed);
    for (const auto& host : evaluated.plan.hosts) CHECK(host.config.empty());  // it was there for the policy
}

TEST_CASE("a default that decided is shown where it is declared") {
    auto contract = with("[hosts.web]\nclass = 'linux'\nmodules = ['./web.toml']\n" +
                         policy("hosts.web.config.web.port == 80"));
    const auto evaluated = contract.run();
    REQUIRE(evaluated.result.findings.size() == 1);
    REQUIRE(evaluated.result.findings[0].related.size() == 1);
    const auto& related = evaluated.result.findings[0].related[0];
    CHECK(related.text == "hosts.web.config.web.port, by the default of web.toml");
    CHECK(related.where.file == "web.toml");
}

TEST_CASE("a warning fails nothing") {
    const auto evaluated = with(targets + policy("false", "severity = 'warning'\n")).run();
    REQUIRE(evaluated.result.findings.size() == 1);
    CHECK(evaluated.result.findings[0].severity == core::Severity::warning);
    CHECK(outcome(evaluated, "policies.p").outcome == core::Outcome::passed);
    CHECK_FALSE(planned(evaluated.plan.policies, "policies.p").holds);
    CHECK(evaluated.plan.unplanned.empty());
}

TEST_CASE("hosts are explained only to those who ask") {
    const auto reads = [](const std::string& text) {
        return evaluation::reads_host_config(std::get<expression::Program>(expression::Program::parse(text)));
    };
    CHECK(reads("hosts.web.config.web.port == 80"));
    CHECK(reads("hosts['web'].provenance"));
    CHECK(reads("hosts.all(h, hosts[h].system == 'x')"));  // nobody knows what is selected of it
    CHECK(reads("hosts"));
    CHECK(reads("hosts.web"));
    CHECK_FALSE(reads("hosts.web.system == 'x'"));
    CHECK_FALSE(reads("has(hosts.web)"));
    CHECK_FALSE(reads("packages.web.config == 1"));
}
