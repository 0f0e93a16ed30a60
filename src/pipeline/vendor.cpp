// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/vendor.hpp"

#include "contract/base/path.hpp"
#include "contract/inputs/vendor.hpp"
#include "contract/manifest/configuration_file.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/configuration.hpp"
#include "contract/pipeline/load.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

namespace {

void append(std::vector<core::Finding>& to, const std::vector<core::Finding>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Pins hold all systems, so any that the contract is for will do.
std::string system_of(const std::string& directory) {
    const auto systems = load(directory).manifest.contract.systems;
    for (const auto& system : systems)
        if (system.value == os::system_name()) return system.value;
    return systems.empty() ? os::system_name() : systems.front().value;
}

Result<> write_configuration(const VendorRequest& request, const inputs::Vendored& vendored,
                             VendorResult& result) {
    const std::string file = path::join(request.target, "config.toml");
    TRY(os::replace_file(file, manifest::write_configuration(vendored.configuration)));
    result.configuration = file;
    return {};
}

Result<> vendor_all(const VendorRequest& request, VendorResult& result) {
    TRY_ASSIGN(auto store, store::Store::open(request.home));
    const auto configuration = load_configuration();
    append(result.findings, configuration.findings);
    result.sources = configuration.sources;
    if (!configuration.findings.empty()) return {};
    TRY(os::make_directories(request.target));

    inputs::Context context{store, request.directory, request.offline};
    context.configuration = configuration.configuration;
    context.jobs = request.jobs;
    context.interrupted = request.interrupted;
    const auto planned = plan(context, system_of(request.directory));
    append(result.findings, planned.evaluated.result.findings);
    result.sources.insert(planned.loaded.manifest.sources.begin(), planned.loaded.manifest.sources.end());

    inputs::Vendored vendored;
    for (const auto& input : planned.evaluated.plan.inputs) {
        if (request.interrupted && request.interrupted()) return {};
        if (request.progress)
            context.progress = [&](const std::string& url, std::uint64_t got,
                                   std::optional<std::uint64_t> total) {
                request.progress({input.target, url, got, total});
            };
        const auto before = vendored.left_out.size();
        const auto done = inputs::vendor(input, request.target, context, vendored);
        if (request.progress) request.progress({input.target, {}, 0, {}, FetchProgress::Kind::finished});
        if (!done) {
            result.findings.push_back(core::finding_from(core::Stage::build, input.target, done.error()));
            if (!result.findings.back().where) result.findings.back().where = input.where;
        } else if (vendored.left_out.size() == before) {
            result.inputs.push_back(input.target);
        }
    }
    result.left_out = vendored.left_out;
    return write_configuration(request, vendored, result);
}

}  // namespace

VendorResult vendor(const VendorRequest& request) {
    VendorResult result;
    if (const auto done = vendor_all(request, result); !done)
        result.findings.push_back(core::finding_from(core::Stage::build, "", done.error()));
    return result;
}

}  // namespace contract::pipeline
