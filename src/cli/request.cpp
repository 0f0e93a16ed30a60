// SPDX-License-Identifier: Apache-2.0
#include "request.hpp"

#include <fmt/core.h>

#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace contract::cli {

Error usage_error(std::string message) {
    return {"usage", std::move(message), Blame::declaration, {}, {}, {}};
}

Result<pipeline::CheckRequest> build_request(const Arguments& arguments, const std::string& directory) {
    pipeline::CheckRequest request;
    request.directory = directory;
    request.home = os::contract_home();
    request.targets = arguments.positionals;
    request.system = arguments.value("--system").value_or(os::system_name());
    TRY_ASSIGN(request.jobs, number_option(arguments, "--jobs", 4096, os::processor_count()));
    request.offline = arguments.has("--offline");
    request.progress = build_progress();
    request.begins = stage_progress();
    request.interrupted = interruption();
    return request;
}

int unknown_targets(const pipeline::Checked& checked) {
    std::vector<std::string> known;
    for (const auto& target : checked.report.stage(core::Stage::evaluation).targets)
        known.push_back(target.target);
    for (const auto& stranger : checked.strangers) {
        const auto close = nearest(stranger, known);
        const std::string hint =
            close ? fmt::format("; did you mean '{}'?", *close) : "; `contract show` lists the targets";
        wrong_usage(fmt::format("no target '{}' is declared{}", harmless(stranger), hint));
    }
    return core::exit_status::usage;
}

}  // namespace contract::cli
