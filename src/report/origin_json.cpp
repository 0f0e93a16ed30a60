// SPDX-License-Identifier: Apache-2.0
//
// contract.trace/v1 and contract.why/v1. Keys are only ever added within a major version.
#include "contract/base/text.hpp"
#include "contract/report/origin.hpp"
#include "instant.hpp"
#include "members.hpp"

namespace contract::report {

namespace {

void add_text(json::Object& out, const char* name, const std::string& text) {
    if (!text.empty()) out.emplace_back(name, text_member(text));
}

void add_digest(json::Object& out, const char* name, const Digest& digest) {
    if (!digest.is_zero()) out.emplace_back(name, digest.text());
}

json::Value paths_member(const std::vector<core::StorePath>& paths) {
    json::Array out;
    for (const auto& path : paths) out.emplace_back(path.text());
    return {std::move(out)};
}

json::Value input_member(const core::RecordedInput& input) {
    json::Object out{{"target", text_member(input.target)}, {"kind", core::word(input.kind)}};
    add_text(out, "url", input.url);
    add_text(out, "ref", input.ref);
    add_text(out, "subdir", input.subdir);
    add_text(out, "rev", input.rev);
    add_text(out, "snapshot", input.snapshot);
    add_digest(out, "download", input.download);
    add_digest(out, "tree", input.tree);
    if (input.path != core::StorePath()) out.emplace_back("path", input.path.text());
    if (!input.folders.empty()) out.emplace_back("folders", texts_member(input.folders));
    return {std::move(out)};
}

json::Value root_member(const core::Root& root) {
    json::Object out{{"kind", core::word(root.kind)}};
    if (!root.input.empty()) out.emplace_back("input", text_member("inputs." + root.input));
    if (!root.folders.empty()) out.emplace_back("folders", texts_member(root.folders));
    if (root.kind == core::RootKind::tree) out.emplace_back("path", root.path.text());
    return {std::move(out)};
}

json::Value made_member(const core::BuildRecord& record) {
    json::Object out{{"contract", text_member(record.contract)},
                     {"repository", text_member(record.repository)}};
    add_text(out, "commit", record.commit);
    out.emplace_back("dirty", texts_member(record.dirty));
    out.emplace_back("dirty_files", record.dirty_files);
    out.emplace_back("system", text_member(record.system));
    out.emplace_back("recipe", Digest::of(record.recipe).text());
    if (record.source) out.emplace_back("source", record.source->text());
    out.emplace_back("root", root_member(record.root));
    out.emplace_back("uses", paths_member(record.uses));
    json::Array inputs;
    for (const auto& input : record.inputs) inputs.push_back(input_member(input));
    out.emplace_back("inputs", std::move(inputs));
    out.emplace_back("sandbox", core::word(record.level));
    out.emplace_back("started", instant_text(record.started));
    out.emplace_back("duration_ms", record.duration_ms);
    out.emplace_back("program", text_member(record.program));
    return {std::move(out)};
}

json::Object origin_members(const core::Origin& origin) {
    json::Object out{{"path", origin.path.text()}};
    add_digest(out, "tree", origin.tree);
    add_text(out, "target", origin.target);
    add_text(out, "directory", origin.directory);
    if (origin.action) out.emplace_back("action", origin.action->text());
    if (origin.record) out.emplace_back("made", made_member(*origin.record));
    if (origin.input) out.emplace_back("input", input_member(*origin.input));
    out.emplace_back("references", paths_member(origin.references));
    return out;
}

json::Value step_member(const core::WhyStep& step) {
    constexpr auto word = [](core::WhyStep::Link link) {
        switch (link) {
            case core::WhyStep::Link::reference: return "reference";
            case core::WhyStep::Link::root: return "root";
            case core::WhyStep::Link::use: return "use";
        }
        return "";
    };
    json::Object out{{"link", word(step.link)}, {"from", step.from.text()}, {"to", step.to.text()}};
    add_text(out, "from_target", step.from_target);
    add_text(out, "to_target", step.to_target);
    if (step.link == core::WhyStep::Link::reference) out.emplace_back("file", text_member(step.file));
    return {std::move(out)};
}

json::Value steps_member(const std::vector<core::WhyStep>& steps) {
    json::Array out;
    for (const auto& step : steps) out.push_back(step_member(step));
    return {std::move(out)};
}

}  // namespace

std::string trace_json(const core::Traced& traced) {
    json::Object out{{"schema", "contract.trace/v1"}, {"subject", text_member(traced.subject)}};
    add_digest(out, "digest", traced.digest);
    json::Array matches;
    for (const auto& match : traced.matches) {
        auto members = origin_members(match.origin);
        members.emplace_back("files", texts_member(match.files));
        members.emplace_back("more_files", static_cast<std::int64_t>(match.more_files));
        matches.emplace_back(std::move(members));
    }
    out.emplace_back("matches", std::move(matches));
    json::Array used;
    for (const auto& origin : traced.used) used.emplace_back(origin_members(origin));
    out.emplace_back("used", std::move(used));
    out.emplace_back("looked_through", static_cast<std::int64_t>(traced.looked_through));
    out.emplace_back("unreadable", paths_member(traced.unreadable));
    return json::write(out, json::Layout::indented) + "\n";
}

std::string why_json(const core::Why& why) {
    const json::Object out{{"schema", "contract.why/v1"},
                           {"from", why.from.text()},
                           {"to", why.to.text()},
                           {"needed_to_run", !why.run_time.empty()},
                           {"run_time", steps_member(why.run_time)},
                           {"build", steps_member(why.build)},
                           {"build_known", why.build_known}};
    return json::write(out, json::Layout::indented) + "\n";
}

}  // namespace contract::report
