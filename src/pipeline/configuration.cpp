// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/configuration.hpp"

#include "contract/base/path.hpp"
#include "contract/manifest/configuration_file.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"

namespace contract::pipeline {

LoadedConfiguration load_configuration() {
    LoadedConfiguration loaded;
    const std::string file = path::join(os::configuration_directory(), "config.toml");
    if (!os::exists(file)) return loaded;
    auto text = os::read_file(file, manifest::largest_file);
    if (!text) {
        loaded.findings.push_back(core::finding_from(core::Stage::build, "", text.error()));
        return loaded;
    }
    auto parsed = manifest::parse_configuration(file, std::move(*text));
    loaded.findings = std::move(parsed.findings);
    loaded.sources = std::move(parsed.sources);
    if (loaded.findings.empty()) loaded.configuration = std::move(parsed.configuration);
    return loaded;
}

}  // namespace contract::pipeline
