// SPDX-License-Identifier: Apache-2.0
#include "contract/report/origin.hpp"

#include <catch2/catch.hpp>

#include "../../../src/report/instant.hpp"
#include "contract/json/json.hpp"

using namespace contract;
using Link = core::WhyStep::Link;

namespace {

core::StorePath path_of(const std::string& name) {
    return {Digest::of(name), name};
}

core::WhyStep step(Link link, const std::string& from, const std::string& to, const std::string& file = "") {
    return {link, path_of(from), path_of(to), "packages." + from, to == "nameless" ? "" : "packages." + to,
            file};
}

core::Why question() {
    core::Why why;
    why.from = path_of("a");
    why.to = path_of("b");
    why.from_name = "packages.a";
    why.to_name = "packages.b";
    return why;
}

core::Provenance provenance(const std::string& repository, core::RecordedInput input) {
    core::Provenance out;
    out.origin.path = path_of("tool");
    out.origin.tree = Digest::of("tree");
    out.origin.action = Digest::of("action");
    core::BuildRecord record;
    record.contract = "fleet";
    record.target = "packages.tool";
    record.repository = repository;
    record.recipe = "recipe 1:1\n";
    record.started = 1767258552;
    record.duration_ms = 1;
    record.inputs = {std::move(input)};
    out.origin.record = std::move(record);
    return out;
}

// The dependency that an input becomes.
json::Value dependency(core::RecordedInput input) {
    const auto value = json::read(report::provenance_json(provenance("/r", std::move(input)))).value();
    const auto* list = value.find("predicate")->find("buildDefinition")->find("resolvedDependencies");
    return std::get<json::Array>(list->data).at(1);
}

std::string text(const json::Value* value) {
    return value == nullptr ? "(none)" : std::get<std::string>(value->data);
}

}  // namespace

TEST_CASE("seconds since 1970 are told as RFC 3339") {
    CHECK(report::instant_text(0) == "1970-01-01T00:00:00Z");
    CHECK(report::instant_text(951827696) == "2000-02-29T12:34:56Z");
    CHECK(report::instant_text(4102444799) == "2099-12-31T23:59:59Z");
    CHECK(report::instant_text(-1) == "1969-12-31T23:59:59Z");
}

TEST_CASE("a chain is told step by step, each with what it is") {
    auto why = question();
    why.run_time = {step(Link::reference, "a", "nameless", "lib/\x1b[31mx"), step(Link::root, "c", "b")};
    CHECK(report::why_text(why, {}) ==
          "'packages.a' needs 'packages.b' to run:\n"
          "  packages.a: lib/\\x1b[31mx names " +
              path_of("nameless").base() + "\n    " + path_of("nameless").text() +
              "\n"
              "  packages.c was built in the root packages.b, which its programs may need to run\n    " +
              path_of("b").text() + "\n");
    why.run_time = {step(Link::reference, "a", "b", "")};
    CHECK(report::why_text(why, {}).find("packages.a: it names packages.b") != std::string::npos);
}

TEST_CASE("no chain is told with what the build used, or that nobody knows") {
    auto why = question();
    CHECK(report::why_text(why, {}) ==
          "'packages.a' does not refer to 'packages.b' at run time, and its build did not use it\n");
    why.build_known = false;
    CHECK(report::why_text(why, {}).find("is not known: the store has no record") != std::string::npos);
    why.build = {step(Link::use, "a", "b")};
    CHECK(report::why_text(why, {}) ==
          "'packages.a' does not refer to 'packages.b' at run time; its build used it:\n"
          "  packages.a was built with packages.b\n    " +
              path_of("b").text() + "\n");
    const auto value = json::read(report::why_json(why)).value();
    CHECK(std::get<bool>(value.find("needed_to_run")->data) == false);
    CHECK(text(std::get<json::Array>(value.find("build")->data).at(0).find("link")) == "use");
}

TEST_CASE("each kind of input becomes a dependency with the digest of what was fetched") {
    core::RecordedInput input;
    input.target = "inputs.x";
    input.tree = Digest::of("x");
    input.path = path_of("x");

    input.kind = core::InputKind::git;
    input.url = "https://example.org/x.git";
    input.ref = "v1";
    input.rev = std::string(40, 'a');
    CHECK(text(dependency(input).find("uri")) == "git+https://example.org/x.git@v1");
    CHECK(text(dependency(input).find("digest")->find("gitCommit")) == std::string(40, 'a'));
    CHECK(dependency(input).find("digest")->find("sha256") == nullptr);
    input.url = "git@example.org:x.git";  // no URI
    CHECK(text(dependency(input).find("uri")) == "(none)");
    CHECK(text(dependency(input).find("annotations")->find("source")) == "git@example.org:x.git");

    input.rev = input.ref = "";
    input.kind = core::InputKind::path;
    input.url = "/home/me/my data";
    CHECK(text(dependency(input).find("uri")) == "file:///home/me/my%20data");
    CHECK(text(dependency(input).find("digest")->find("sha256")) == Digest::of("x").hex());

    input.kind = core::InputKind::url;
    input.url = "https://example.org/x.tar";
    input.download = Digest::of("bytes");
    CHECK(text(dependency(input).find("digest")->find("sha256")) == Digest::of("bytes").hex());
    CHECK(text(dependency(input).find("annotations")->find("tree")) == Digest::of("x").text());

    input.kind = core::InputKind::oci;
    input.url = "registry.example.org/x:1";
    CHECK(text(dependency(input).find("uri")) == "oci://registry.example.org/x:1");

    core::RecordedInput machine;
    machine.target = "inputs.machine";
    machine.kind = core::InputKind::host;
    machine.folders = {"/bin", "/usr"};
    CHECK(dependency(machine).find("digest") == nullptr);
    CHECK(text(dependency(machine).find("uri")) == "file:///bin");
    CHECK(std::get<bool>(dependency(machine).find("annotations")->find("hermetic")->data) == false);
}

TEST_CASE("a trace tells what is not known") {
    core::Traced traced;
    traced.subject = "file\n";
    traced.digest = Digest::of("file");
    core::TraceMatch match;
    match.origin.path = path_of("old");
    match.origin.tree = Digest::of("old");
    for (int i = 0; i < 8; ++i) match.files.push_back("f" + std::to_string(i));
    match.files.front() = "a\nfound\t\x1b[1m";
    match.more_files = 3;
    traced.matches = {match};
    traced.looked_through = 2;
    traced.unreadable = {path_of("bad")};
    const auto shown = report::trace_text(traced, {});
    CHECK(shown.find("f7 and 3 more\n") != std::string::npos);
    // No name begins a line of its own.
    CHECK(shown.starts_with("file\\n: "));
    CHECK(shown.find(": a\\nfound\\t\\x1b[1m, f1, ") != std::string::npos);
    CHECK(shown.find("unknown: the store has no record of how it was made") != std::string::npos);
    CHECK(shown.find("not looked through, it is damaged: " + path_of("bad").base()) != std::string::npos);
    CHECK(shown.find("found in 1 of 2 store paths\n") != std::string::npos);
}
