// SPDX-License-Identifier: Apache-2.0
#include "archive_place.hpp"

#include <algorithm>

#include "apt_sources.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::string_view keyrings_folder = "/usr/share/keyrings/";

std::string archive_name(const core::DebSource& source) {
    return source.archive ? source.archive->value : "debian";
}

std::string without_slash(std::string url) {
    while (url.size() > 1 && url.ends_with('/')) url.pop_back();
    return url;
}

// "ubuntu" has its own keyring in the usual place; everything unknown is judged by Debian's.
Keyring usual_keyring(const core::DebSource& source) {
    const auto name = archive_name(source);
    const auto own = std::string(keyrings_folder) + name + "-archive-keyring.gpg";
    if (is_name(name) && os::exists(own)) return {own, {}};
    return {std::string(keyrings_folder) + "debian-archive-keyring.gpg", {}};
}

const core::Archive* configured(const core::DebSource& source, const Context& context) {
    const auto found = context.configuration.archives.find(archive_name(source));
    return found == context.configuration.archives.end() ? nullptr : &found->second;
}

std::vector<Keyring> keyrings_of(const core::DebSource& source, const core::Archive* archive,
                                 const AptSource* apt, const Context& context) {
    if (source.keys)
        return {{path::normalise(path::join(context.contract_directory, source.keys->value)), {}}};
    if (archive != nullptr && archive->keys) return {{*archive->keys, {}}};
    std::vector<Keyring> out;
    if (apt != nullptr) {
        for (const auto& file : apt->keyrings) out.push_back({file, {}});
        if (!apt->key.empty()) out.push_back({{}, apt->key});
    }
    if (out.empty()) out.push_back(usual_keyring(source));
    return out;
}

const core::ArchivePlace& place_for(const core::Archive& archive, const std::string& suite) {
    const auto own = archive.suites.find(suite);
    return own == archive.suites.end() ? archive.place : own->second;
}

std::vector<std::string> cleaned(const std::vector<std::string>& mirrors) {
    std::vector<std::string> out;
    for (const auto& mirror : mirrors) out.push_back(without_slash(mirror));
    return out;
}

std::vector<SuitePlace> places_of_apt(const core::DebSource& source, const std::string& suite,
                                      const std::string& directory, const Context& context) {
    std::vector<SuitePlace> out;
    const auto wanted = source.components.empty() ? std::vector<std::string>{"main"} : [&] {
        std::vector<std::string> names;
        for (const auto& component : source.components) names.push_back(component.value);
        return names;
    }();
    const auto has = [](const std::vector<std::string>& all, const std::string& one) {
        return std::find(all.begin(), all.end(), one) != all.end();
    };
    for (const auto& apt : apt_sources(directory)) {
        const bool offers = has(apt.suites, suite) && has(apt.components, wanted.front());
        if (offers)
            out.push_back(
                {suite, apt.urls, std::nullopt, keyrings_of(source, nullptr, &apt, context), directory});
    }
    return out;
}

Error archive_unknown(const core::DebSource& source, const core::Text& suite, const std::string& apt) {
    const auto name = archive_name(source);
    const auto shown = is_name(name) ? name : quoted(name);
    Error error{"archive-unknown",
                "nothing says where the suite '" + harmless(suite.value) + "' of the archive '" +
                    harmless(name) + "' is",
                Blame::environment,
                source.archive ? source.archive->where : suite.where,
                {"looked in: [archives." + harmless(shown) + "] of config.toml, " + harmless(apt)},
                {}};
    return std::move(error).with_help(
        "say it in the user's configuration, config.toml:\n"
        "[archives." +
        harmless(shown) +
        "]\n"
        "mirror = [\"https://archive.example.org/debian\"]\n"
        "snapshot = \"https://snapshot.example.org/archive/debian/{timestamp}\"\n"
        "keys = \"/usr/share/keyrings/debian-archive-keyring.gpg\"\n"
        "[archives." +
        harmless(shown) +
        ".suites.\"bookworm-security\"]\n"
        "mirror = [\"https://archive.example.org/debian-security\"]");
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/+:@=,").find(c) != std::string_view::npos;
}

}  // namespace

Result<std::vector<SuitePlace>> places_of(const core::DebSource& source, const core::Text& suite,
                                          const Context& context, const std::string& apt) {
    const auto* archive = configured(source, context);
    const auto* known = archive == nullptr ? nullptr : &place_for(*archive, suite.value);
    const auto snapshot = known == nullptr ? std::nullopt : known->snapshot;
    if (!source.mirrors.empty()) {
        std::vector<std::string> mirrors;
        for (const auto& mirror : source.mirrors) mirrors.push_back(without_slash(mirror.value));
        return std::vector{SuitePlace{suite.value, std::move(mirrors), snapshot,
                                      keyrings_of(source, archive, nullptr, context), "contract.toml"}};
    }
    if (known != nullptr && (!known->mirrors.empty() || snapshot))
        return std::vector{SuitePlace{suite.value, cleaned(known->mirrors), snapshot,
                                      keyrings_of(source, archive, nullptr, context), "config.toml"}};
    auto found = places_of_apt(source, suite.value, apt, context);
    if (found.empty()) return archive_unknown(source, suite, apt);
    return found;
}

std::string url_below(const std::string& base, const std::string& path) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out = base + "/";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain(c))
            out += c;
        else
            out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

std::optional<std::string> snapshot_base(const SuitePlace& place, const std::string& timestamp) {
    if (!place.snapshot) return std::nullopt;
    constexpr std::string_view hole = "{timestamp}";
    std::string base = *place.snapshot;
    const auto at = base.find(hole);
    if (at != std::string::npos) base.replace(at, hole.size(), timestamp);
    return without_slash(std::move(base));
}

}  // namespace contract::inputs::deb
