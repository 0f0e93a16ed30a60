// SPDX-License-Identifier: Apache-2.0
#include "contract/inputs/inputs.hpp"

#include "contract/base/text.hpp"
#include "contract/net/download.hpp"
#include "kinds.hpp"

namespace contract::inputs {

Result<> refuse_offline(const std::string& url, const Context& context) {
    if (!context.offline) return {};
    return Error{
        "offline", "'" + url + "' would have to be fetched, and --offline forbids it", Blame::environment, {},
        {},        {"run once without --offline; what was fetched stays in the store"}};
}

Error hash_mismatch(const core::PlannedInput& input, const Digest& got) {
    // An input of an input moves with the input that is ours: "inputs.site/zlib" with "site".
    const std::size_t begin = input.target.find('.') + 1;
    const std::string name = input.target.substr(begin, input.target.find('/') - begin);
    const bool is_url = input.kind == core::InputKind::url;
    const std::string url = is_url ? net::shown(input.url) : harmless(input.url);
    Error error{"hash-mismatch",
                "'" + url + "' does not hold what contract.lock pins for '" + harmless(input.target) + "'",
                Blame::declaration,
                {},
                {"wanted: " + input.tree.text(), "got: " + got.text(), "url: " + url},
                {}};
    if (input.kind == core::InputKind::path)
        return std::move(error).with_help("if the change is meant: contract update " + harmless(name));
    if (is_url)
        return std::move(error)
            .with_note("sha256: " + input.pin.sha256.hex())
            .with_help(
                "the file has the pinned digest and makes another tree: the lock was changed by hand, or "
                "made under other rules; make it again with contract update " +
                harmless(name));
    // One commit id has one content: either the lock was edited, or somebody serves something else.
    return std::move(error)
        .with_note("commit: " + harmless(input.pin.rev))
        .with_help(
            "the lock was changed by hand, or the source serves other content under the same commit: "
            "find out which before you run contract update " +
            harmless(name));
}

Result<core::Pin> resolve(const core::Input& input, const Context& context, const Wish& wish) {
    if (const auto* source = std::get_if<core::GitSource>(&input.source))
        return resolve_git(*source, wish, context);
    if (const auto* source = std::get_if<core::PathSource>(&input.source))
        return resolve_path(*source, context);
    if (const auto* source = std::get_if<core::UrlSource>(&input.source))
        return resolve_url(*source, wish, context);
    if (std::holds_alternative<core::DebSource>(input.source)) return resolve_deb(input, wish, context);
    if (const auto* source = std::get_if<core::OciSource>(&input.source))
        return resolve_oci(*source, wish, context);
    throw InternalError("inputs::resolve: a host input is never pinned");
}

Result<> materialise(const core::PlannedInput& input, const Context& context) {
    switch (input.kind) {
        case core::InputKind::git: return materialise_git(input, context);
        case core::InputKind::path: return materialise_path(input, context);
        case core::InputKind::host: return {};  // the folders are where they are
        case core::InputKind::url: return materialise_url(input, context);
        case core::InputKind::deb: return materialise_deb(input, context);
        case core::InputKind::oci: return materialise_oci(input, context);
    }
    throw InternalError("inputs::materialise: an unknown kind");
}

}  // namespace contract::inputs
