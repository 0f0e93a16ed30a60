// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/configuration.hpp"

#include <unistd.h>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/configuration_file.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"

namespace contract::pipeline {

namespace {

constexpr std::string_view system_file = "/etc/contract/config.toml";

// Whoever can write the file could make this user run what they built.
Result<> check_owner(const std::string& file) {
    TRY_ASSIGN(const auto there, os::target_status(file));
    const auto self = ::geteuid();
    if (there && (there->uid == self || there->uid == 0) && (there->mode & 022) == 0) return {};
    return Error{"bad-configuration",
                 "'" + harmless(file) + "' says whose results are trusted, and somebody else than " +
                     (self == 0 ? "root" : "you") + " can write to it",
                 Blame::environment,
                 {},
                 {},
                 {"chown it to yourself and chmod go-w it, when all in it is what you mean"}};
}

void merge(core::Configuration& into, core::Configuration from) {
    into.archives.merge(from.archives);
    into.mirrors.insert(into.mirrors.end(), from.mirrors.begin(), from.mirrors.end());
}

void merge(core::ResultKeys& into, const core::ResultKeys& from) {
    into.trusted.insert(into.trusted.end(), from.trusted.begin(), from.trusted.end());
    into.caches.insert(into.caches.end(), from.caches.begin(), from.caches.end());
    if (!into.signing) into.signing = from.signing;
}

void load_file(const std::string& file, LoadedConfiguration& loaded) {
    auto text = os::read_file_if_any(file, manifest::largest_file);
    if (!text) {
        loaded.findings.push_back(core::finding_from(core::Stage::build, "", text.error()));
        return;
    }
    if (!*text) return;
    auto parsed = manifest::parse_configuration(file, std::move(**text));
    if (!parsed.keys.trusted.empty())
        if (const auto safe = check_owner(file); !safe)
            parsed.findings.push_back(core::finding_from(core::Stage::build, "", safe.error()));
    loaded.findings.insert(loaded.findings.end(), parsed.findings.begin(), parsed.findings.end());
    loaded.sources.merge(parsed.sources);
    merge(loaded.configuration, std::move(parsed.configuration));
    merge(loaded.keys, parsed.keys);
}

}  // namespace

LoadedConfiguration load_configuration(const std::vector<std::string>& files) {
    LoadedConfiguration loaded;
    for (const auto& file : files) load_file(file, loaded);
    if (loaded.findings.empty()) return loaded;
    loaded.configuration = {};
    loaded.keys = {};
    return loaded;
}

LoadedConfiguration load_configuration() {
    return load_configuration(
        {path::join(os::configuration_directory(), "config.toml"), std::string(system_file)});
}

}  // namespace contract::pipeline
