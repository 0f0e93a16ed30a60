// SPDX-License-Identifier: Apache-2.0
#include "planning.hpp"

#include <fmt/core.h>

#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/configuration.hpp"
#include "contract/pipeline/load.hpp"
#include "contract/pipeline/why.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace contract::cli {

int tell(const Error& error, const Arguments& arguments) {
    if (error.code == "usage") return wrong_usage(error.message);
    return print_findings({core::finding_from(core::Stage::build, "", error)}, {}, arguments);
}

std::variant<core::Plan, int> plan_for(const Arguments& arguments, store::Store& store) {
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    inputs::Context context{store, *directory};
    context.configuration = pipeline::load_configuration().configuration;
    const auto system = arguments.value("--system").value_or(os::system_name());
    begin_progress("evaluating");
    auto planned = pipeline::plan(context, system);
    end_progress();
    const int status =
        print_findings(planned.evaluated.result.findings, planned.loaded.manifest.sources, arguments);
    if (!planned.loaded.usable) return status;
    return std::move(planned.evaluated.plan);
}

std::variant<Asked, int> asked_target(const core::Plan& plan, const std::string& name) {
    if (const auto path = pipeline::path_of_target(plan, name)) return Asked{name, *path};
    std::vector<std::string> known;
    for (const auto& package : plan.packages) known.push_back(package.target);
    for (const auto& input : plan.inputs)
        if (input.kind != core::InputKind::host) known.push_back(input.target);
    const auto close = nearest(name, known);
    return wrong_usage(
        fmt::format("'{}' is no package, and no input with a tree of its own{}", harmless(name),
                    close ? fmt::format("; did you mean '{}'?", *close) : "; `contract show` lists them"));
}

}  // namespace contract::cli
