// SPDX-License-Identifier: Apache-2.0
#include "contract/build/record.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "../../../src/build/record_of.hpp"
#include "contract/json/json.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::build;

namespace {

core::StorePath path_of(const std::string& name) {
    return {Digest::of(name), name};
}

core::RecordedInput input_of(const std::string& target, core::InputKind kind, const std::string& url) {
    core::RecordedInput input;
    input.target = target;
    input.kind = kind;
    input.url = url;
    return input;
}

// One with every member.
core::BuildRecord whole_record() {
    core::BuildRecord record;
    record.contract = "fleet";
    record.target = "packages.tool";
    record.repository = "/home/me/fleet";
    record.commit = std::string(40, 'c');
    record.dirty = {"tools/a b.c", "tools/\xC3\xA9.c"};
    record.dirty_files = 2;
    record.system = "x86_64-linux";
    record.recipe = "recipe 1:1\nargument 9:echo \"x\"\n\n";
    record.source = Digest::of("source");
    record.uses = {path_of("library"), path_of("texts")};
    record.root = {core::RootKind::tree, "base", {}, path_of("base")};
    auto git = input_of("inputs.texts", core::InputKind::git, "https://example.org/texts.git");
    git.ref = "v1";
    git.subdir = "doc";
    git.rev = std::string(40, 'a');
    git.tree = Digest::of("texts");
    git.path = path_of("texts");
    auto deb = input_of("inputs.base", core::InputKind::deb, "debian");
    deb.snapshot = "20261101T083000Z";
    deb.download = Digest::of("download");
    auto host = input_of("inputs.machine", core::InputKind::host, "");
    host.folders = {"/bin", "/usr"};
    record.inputs = {deb, host, git};
    record.level = core::SandboxLevel::reduced;
    record.started = 1767258552;
    record.duration_ms = 1234;
    record.program = "0.1.0";
    return record;
}

json::Object members_of(const core::BuildRecord& record) {
    return std::get<json::Object>(json::read(encode(record)).value().data);
}

std::optional<core::BuildRecord> decoded(const json::Object& object) {
    return decode_record(json::write(object, json::Layout::compact));
}

core::PlannedInput input_named(const std::string& target) {
    core::PlannedInput input;
    input.target = target;
    input.tree = Digest::of(target);
    return input;
}

core::PlannedAction action_named(const std::string& target, std::vector<std::string> needs) {
    core::PlannedAction action;
    action.target = target;
    action.depends_on = std::move(needs);
    return action;
}

}  // namespace

TEST_CASE("a record is read back as it was written, and equal records have equal bytes", "[record]") {
    const auto record = whole_record();
    CHECK(decode_record(encode(record)) == record);
    CHECK(encode(whole_record()) == encode(record));
    CHECK(encode(record).find('\n') == std::string::npos);

    core::BuildRecord least;
    least.contract = least.target = least.repository = least.system = least.recipe = least.program = "x";
    CHECK(decode_record(encode(least)) == least);
}

TEST_CASE("what is no record counts as absent", "[record]") {
    const std::string text = encode(whole_record());
    for (std::size_t length = 0; length < text.size(); ++length)
        CHECK_FALSE(decode_record(text.substr(0, length)));
    CHECK_FALSE(decode_record("[]"));
    CHECK_FALSE(decode_record("null"));
    CHECK_FALSE(decode_record(text + std::string(largest_record, ' ')));
}

TEST_CASE("a member that is missing or of another type makes it absent; an unknown one does not",
          "[record]") {
    const auto whole = members_of(whole_record());
    const std::vector<std::string> optional{"commit", "dirty", "source", "uses"};
    for (std::size_t at = 0; at < whole.size(); ++at) {
        const std::string& name = whole[at].first;
        CAPTURE(name);
        auto without = whole;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(at));
        const bool may = std::find(optional.begin(), optional.end(), name) != optional.end();
        CHECK(decoded(without).has_value() == may);
        auto other = whole;
        other[at].second = json::Value(true);
        CHECK_FALSE(decoded(other));
    }
    auto more = whole;
    more.emplace_back("later", "something");
    CHECK(decoded(more) == whole_record());
}

TEST_CASE("a digest, path or word that is none makes it absent", "[record]") {
    const auto damaged = [](const std::string& from, const std::string& to) {
        std::string text = encode(whole_record());
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        return decode_record(text.replace(at, from.size(), to));
    };
    CHECK_FALSE(damaged("\"reduced\"", "\"very\""));
    CHECK_FALSE(damaged("\"deb\"", "\"rpm\""));
    CHECK_FALSE(damaged("\"source\":\"sha256:", "\"source\":\"md5:"));
    CHECK_FALSE(damaged(path_of("library").base(), "../../etc"));
    CHECK_FALSE(damaged("\"format\":1", "\"format\":2"));
    CHECK_FALSE(damaged("1234", "\"soon\""));
}

TEST_CASE("the record of an action has the inputs of its closure and no others", "[record]") {
    core::Plan plan;
    plan.contract = "fleet";
    plan.inputs = {input_named("inputs.base"), input_named("inputs.idle"), input_named("inputs.site"),
                   input_named("inputs.texts")};
    plan.packages = {action_named("inputs.site.packages.gateway", {"inputs.base"}),
                     action_named("packages.library", {"inputs.texts"}),
                     action_named("packages.tool", {"inputs.site.packages.gateway", "packages.library"})};
    const auto graph = graph_of(plan, {});
    const test::TempDir directory;
    auto store = store::Store::open(directory / "home").value();
    Request request{plan, store, "/home/me/fleet", 1, false, {}, {}, {}};
    request.revision = core::RevisionReport{std::string(40, 'c'), {}};
    for (int i = 0; i < 250; ++i) request.revision->dirty.push_back("file" + std::to_string(1000 + i));

    const auto inputs_of = [&](const std::string& target) {
        std::vector<std::string> names;
        for (std::size_t node = 0; node < graph.nodes.size(); ++node)
            if (graph.nodes[node].target == target)
                for (const auto& input : record_of(request, graph, node).inputs)
                    names.push_back(input.target);
        return names;
    };
    using Names = std::vector<std::string>;
    CHECK(inputs_of("packages.library") == Names{"inputs.texts"});
    // Its recipe stands in the contract.toml of the site.
    CHECK(inputs_of("inputs.site.packages.gateway") == Names{"inputs.base", "inputs.site"});
    CHECK(inputs_of("packages.tool") == Names{"inputs.base", "inputs.site", "inputs.texts"});

    for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
        if (graph.nodes[node].action == nullptr) continue;
        const auto record = record_of(request, graph, node);
        CHECK(record.repository == "/home/me/fleet");
        CHECK(record.commit == std::string(40, 'c'));
        CHECK(record.dirty.size() == core::most_recorded_files);
        CHECK(record.dirty.back() == "file1099");
        CHECK(record.dirty_files == 250);
    }
}

TEST_CASE("a URL is recorded without what might be a secret", "[record]") {
    CHECK(public_url("https://example.org/a.git") == "https://example.org/a.git");
    CHECK(public_url("https://me:secret@example.org/a.git") == "https://me@example.org/a.git");
    CHECK(public_url("https://me:se@cret@example.org/a") == "https://me@example.org/a");
    CHECK(public_url("https://example.org/a.tar?token=secret") == "https://example.org/a.tar");
    CHECK(public_url("https://example.org/a.tar#secret") == "https://example.org/a.tar");
    CHECK(public_url("ssh://git@example.org:22/a.git") == "ssh://git@example.org:22/a.git");
    CHECK(public_url("git@example.org:infra/a.git") == "git@example.org:infra/a.git");
    CHECK(public_url("https://example.org/@scope/a:b") == "https://example.org/@scope/a:b");
    CHECK(public_url("../up:stream@home") == "../up:stream@home");
    CHECK(public_url("") == "");
}
