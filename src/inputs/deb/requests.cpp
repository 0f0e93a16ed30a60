// SPDX-License-Identifier: Apache-2.0
#include "requests.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "contract/base/text.hpp"

namespace contract::inputs::deb {

namespace {

bool consists_of(std::string_view text, std::string_view others) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

Error package_missing(std::string message, const core::Text& text) {
    return Error{"package-missing", std::move(message), Blame::declaration, text.where, {}, {}};
}

Result<Request> parse_request(const core::Text& text) {
    const auto equals = text.value.find('=');
    Request request{text.value.substr(0, equals), {}, &text};
    if (equals != std::string::npos) request.version = text.value.substr(equals + 1);
    const bool fits = consists_of(request.name, "+-.") &&
                      (equals == std::string::npos || consists_of(request.version, ".+-~:"));
    if (fits) return request;
    return package_missing("'" + harmless(text.value) + "' is not how a package is named", text)
        .with_help("write NAME, or NAME=VERSION");
}

std::string suites_of(const std::vector<PackageIndex>& indexes) {
    std::vector<std::string> names;
    for (const auto& index : indexes)
        if (std::find(names.begin(), names.end(), index.suite) == names.end()) names.push_back(index.suite);
    return join(names, ", ");
}

std::vector<std::string> providers_of(const std::vector<PackageIndex>& indexes, const std::string& name) {
    std::set<std::string> out;
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas)
            for (const auto provided : provided_names(stanza.provides))
                if (provided == name) out.emplace(stanza.name);
    return {out.begin(), out.end()};
}

std::string help_for(const std::vector<PackageIndex>& indexes, const std::string& name) {
    const auto providers = providers_of(indexes, name);
    if (!providers.empty()) {
        const std::size_t shown = std::min<std::size_t>(providers.size(), 8);
        return "'" + harmless(name) +
               "' is no package but something that packages provide; take one of them: " +
               harmless(
                   join({providers.begin(), providers.begin() + static_cast<std::ptrdiff_t>(shown)}, ", "));
    }
    std::vector<std::string> names;
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas) {
            const auto longer = std::max(stanza.name.size(), name.size());
            if (longer - std::min(stanza.name.size(), name.size()) <= 3) names.emplace_back(stanza.name);
        }
    const auto close = nearest(name, names);
    return close ? "did you mean '" + harmless(*close) + "'?" : "";
}

// Nothing when the request can be met by name and version.
std::optional<Error> missing(const Request& request, const Offers& offers,
                             const std::vector<PackageIndex>& indexes) {
    const auto found = offers.find(request.name);
    if (found == offers.end()) {
        auto error = package_missing("there is no package '" + harmless(request.name) + "'", *request.text)
                         .with_note("searched: " + harmless(suites_of(indexes)));
        const auto help = help_for(indexes, request.name);
        if (!help.empty()) error.help.push_back(help);
        return error;
    }
    if (request.version.empty()) return std::nullopt;
    Error error = package_missing("there is no version '" + harmless(request.version) + "' of the package '" +
                                      harmless(request.name) + "'",
                                  *request.text);
    for (const auto& offer : found->second) {
        if (offer.stanza->version == request.version) return std::nullopt;
        error.notes.push_back("in " + harmless(offer.index->suite) + ": " + harmless(offer.stanza->version));
    }
    error.help.push_back(
        "versions leave an archive when newer ones come: an earlier state of it is asked for with "
        "snapshot = \"…\"");
    return error;
}

}  // namespace

Result<std::vector<Request>> check_requests(const core::Texts& packages, const Offers& offers,
                                            const std::vector<PackageIndex>& indexes) {
    std::vector<Request> out;
    std::optional<Error> first;
    for (const auto& text : packages) {
        TRY_ASSIGN(auto request, parse_request(text));
        if (auto error = missing(request, offers, indexes)) {
            if (!first) {
                first = std::move(error);
                continue;
            }
            first->notes.push_back("also: " + error->message);
            first->help.insert(first->help.end(), error->help.begin(), error->help.end());
        }
        out.push_back(std::move(request));
    }
    if (first) return *std::move(first);
    return out;
}

}  // namespace contract::inputs::deb
