// SPDX-License-Identifier: Apache-2.0
#include "offers.hpp"

#include <algorithm>
#include <charconv>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "control.hpp"

namespace contract::inputs::deb {

namespace {

// Relative, nowhere upwards, and with nothing in it that a URL or a terminal could take for something else.
bool is_safe_path(std::string_view path) {
    return !path.empty() && path.size() < 1024 && path::normalise(path) == path && !path::is_absolute(path) &&
           path != ".." && !path.starts_with("../") && harmless(path) == path &&
           path.find_first_of("\\ \t\n?#") == std::string_view::npos;
}

}  // namespace

Offers offers_of(const std::vector<PackageIndex>& indexes) {
    Offers out;
    std::size_t all = 0;
    for (const auto& index : indexes) all += index.stanzas.size();
    out.reserve(all);
    for (const auto& index : indexes)
        for (const auto& stanza : index.stanzas) out[stanza.name].push_back({&index, &stanza});
    return out;
}

// The first suite that has the same package: which of two equal ones the solver took must not matter.
const Offer& first_of(const Offers& offers, const Stanza& chosen) {
    const auto& same_names = offers.at(chosen.name);
    return *std::find_if(same_names.begin(), same_names.end(), [&](const Offer& offer) {
        return offer.stanza->version == chosen.version && offer.stanza->architecture == chosen.architecture;
    });
}

Result<core::LockedPackage> locked(const Offer& offer) {
    const auto& stanza = *offer.stanza;
    core::LockedPackage package;
    package.name = stanza.name;
    package.version = stanza.version;
    package.path = stanza.filename;
    package.suite = offer.index->suite;
    const auto digest = Digest::parse(stanza.sha256);
    const auto* end = stanza.size.data() + stanza.size.size();
    const auto size = std::from_chars(stanza.size.data(), end, package.size);
    if (!digest || size.ec != std::errc() || size.ptr != end || !is_safe_path(stanza.filename))
        return Error{
            "release-mismatch",
            "the index says of the package '" + harmless(stanza.name) + "' no usable file, size or SHA-256",
            Blame::environment,
            {},
            {},
            {"take another mirror"}};
    package.sha256 = *digest;
    return package;
}

std::vector<std::string_view> provided_names(std::string_view provides) {
    std::vector<std::string_view> out;
    while (!provides.empty()) {
        const auto comma = std::min(provides.find(','), provides.size());
        const auto parts = words(provides.substr(0, comma));
        if (!parts.empty()) out.push_back(parts[0].substr(0, parts[0].find_first_of("(:")));
        provides.remove_prefix(std::min(comma + 1, provides.size()));
    }
    return out;
}

}  // namespace contract::inputs::deb
