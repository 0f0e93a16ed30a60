// SPDX-License-Identifier: Apache-2.0
//
// The statement that supply-chain tools read: in-toto Statement v1 around SLSA Provenance v1. What the user
// chose stands in externalParameters; everything with a digest in resolvedDependencies. A tree has the
// SHA-256 of its Remote Execution API Directory.
#include "contract/base/text.hpp"
#include "contract/report/origin.hpp"
#include "instant.hpp"
#include "members.hpp"

namespace contract::report {

namespace {

// Both lead to the part of contract(1) that says what they mean. The builder is whoever ran contract, on a
// machine of their own: a service that vouches for its builds signs a statement of its own.
constexpr std::string_view build_type = "man:contract(1)#build-v1";
constexpr std::string_view builder_id = "man:contract(1)#local-v1";
// What the sha256 of a tree is of, since a directory has no bytes of its own.
constexpr std::string_view tree_bytes = "its Directory message of the Remote Execution API v2";

// RFC 3986: what may stand in a path as it is. Everything else, byte by byte, is written %XX.
std::string file_uri(const std::string& path) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=:@";
    std::string out = "file://";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) != std::string_view::npos)
            out += c;
        else
            out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
    return out;
}

json::Object sha256(const Digest& digest) {
    return {{"sha256", digest.hex()}};
}

std::string uri_of(const core::RecordedInput& input) {
    const std::string at = input.ref.empty() ? "" : "@" + input.ref;
    switch (input.kind) {
        case core::InputKind::git:
            if (input.url.find("://") != std::string::npos) return "git+" + input.url + at;
            return input.url.starts_with('/') ? "git+" + file_uri(input.url) + at : "";
        case core::InputKind::url: return input.url;
        case core::InputKind::oci: return "oci://" + input.url;
        case core::InputKind::path: return input.url.starts_with('/') ? file_uri(input.url) : "";
        case core::InputKind::host:
        case core::InputKind::deb: return "";
    }
    return "";
}

// The digest of what was fetched where that is one thing, else of the tree that was made of it.
json::Object digest_of(const core::RecordedInput& input) {
    if (!input.rev.empty()) return {{"gitCommit", input.rev}};
    return sha256(input.download.is_zero() ? input.tree : input.download);
}

json::Value dependency(const core::RecordedInput& input) {
    json::Object out{{"name", text_member(input.target)}};
    if (const auto uri = uri_of(input); !uri.empty()) out.emplace_back("uri", text_member(uri));
    json::Object notes{{"kind", core::word(input.kind)}};
    if (input.kind == core::InputKind::host) {
        // It has no digest: what this machine is made of is not pinned by anybody.
        out.emplace_back("uri", file_uri(input.folders.empty() ? "/" : input.folders.front()));
        notes.emplace_back("folders", texts_member(input.folders));
        notes.emplace_back("hermetic", false);
    } else {
        out.emplace_back("digest", digest_of(input));
        notes.emplace_back("tree", input.tree.text());
        notes.emplace_back("path", input.path.text());
    }
    for (const auto& [name, text] : {std::pair{"source", input.url},
                                     {"ref", input.ref},
                                     {"subdir", input.subdir},
                                     {"snapshot", input.snapshot}})
        if (!text.empty()) notes.emplace_back(name, text_member(text));
    out.emplace_back("annotations", std::move(notes));
    return {std::move(out)};
}

json::Value repository_dependency(const core::BuildRecord& record) {
    json::Object out{{"name", "repository"}, {"uri", "git+" + file_uri(record.repository)}};
    if (record.commit.empty()) return {std::move(out)};
    out.emplace_back("digest", json::Object{{"gitCommit", record.commit}});
    // The commit says it all only when nothing was modified.
    out.emplace_back("annotations", json::Object{{"modified_files", record.dirty_files},
                                                 {"modified", texts_member(record.dirty)}});
    return {std::move(out)};
}

json::Value tree_dependency(const std::string& name, const Digest& tree, json::Object notes) {
    notes.emplace_back("sha256", tree_bytes);
    return json::Object{
        {"name", text_member(name)}, {"digest", sha256(tree)}, {"annotations", std::move(notes)}};
}

json::Value dependencies(const core::Provenance& provenance) {
    const auto& record = *provenance.origin.record;
    json::Array out{repository_dependency(record)};
    if (record.source) out.push_back(tree_dependency("source", *record.source, {}));
    for (const auto& input : record.inputs) out.push_back(dependency(input));
    for (const auto& used : provenance.used)
        out.push_back(tree_dependency(used.target.empty() ? used.path.base() : used.target, used.tree,
                                      {{"path", used.path.text()}}));
    return {std::move(out)};
}

json::Value definition(const core::Provenance& provenance) {
    const auto& record = *provenance.origin.record;
    const std::string root = record.root.input.empty() ? "" : "inputs." + record.root.input;
    return json::Object{
        {"buildType", build_type},
        {"externalParameters", json::Object{{"repository", file_uri(record.repository)},
                                            {"contract", text_member(record.contract)},
                                            {"target", text_member(record.target)}}},
        {"internalParameters", json::Object{{"system", text_member(record.system)},
                                            {"sandbox", core::word(record.level)},
                                            {"root_kind", core::word(record.root.kind)},
                                            {"root", text_member(root)},
                                            {"action", provenance.origin.action->text()},
                                            {"recipe_digest", Digest::of(record.recipe).text()},
                                            {"recipe", text_member(record.recipe)}}},
        {"resolvedDependencies", dependencies(provenance)}};
}

json::Value run_details(const core::Provenance& provenance) {
    const auto& record = *provenance.origin.record;
    // Up to a whole second, as the fields have it.
    const auto finished = record.started + (record.duration_ms + 999) / 1000;
    json::Object out{
        {"builder", json::Object{{"id", builder_id},
                                 {"version", json::Object{{"contract", text_member(record.program)}}}}},
        {"metadata", json::Object{{"invocationId",
                                   provenance.origin.action->hex() + "/" + std::to_string(record.started)},
                                  {"startedOn", instant_text(record.started)},
                                  {"finishedOn", instant_text(finished)}}}};
    if (provenance.log)
        out.emplace_back("byproducts", json::Array{json::Object{{"name", "log"},
                                                                {"digest", sha256(*provenance.log)},
                                                                {"mediaType", "text/plain"}}});
    return {std::move(out)};
}

json::Value subject(const core::Provenance& provenance) {
    const auto& origin = provenance.origin;
    json::Object digest = sha256(origin.tree);
    if (provenance.files) digest.emplace_back("dirHash1", provenance.files->hex());
    return json::Object{{"name", text_member(origin.path.base())},
                        {"digest", std::move(digest)},
                        {"annotations", json::Object{{"path", origin.path.text()}, {"sha256", tree_bytes}}}};
}

}  // namespace

std::string provenance_json(const core::Provenance& provenance) {
    const json::Object out{{"_type", "https://in-toto.io/Statement/v1"},
                           {"subject", json::Array{subject(provenance)}},
                           {"predicateType", "https://slsa.dev/provenance/v1"},
                           {"predicate", json::Object{{"buildDefinition", definition(provenance)},
                                                      {"runDetails", run_details(provenance)}}}};
    return json::write(out, json::Layout::indented) + "\n";
}

}  // namespace contract::report
