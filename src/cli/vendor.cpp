// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/vendor.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array vendor_options = std::to_array<OptionSpec>({
    {"--offline", "", "", "reach no other machine; an original that is not in the store is a finding", false},
});

int run_vendor(const Arguments& arguments) {
    if (arguments.positionals.size() != 1) return wrong_usage("'contract vendor' takes one DIR");
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    const auto here = os::real_path(".");
    pipeline::VendorRequest request;
    request.directory = *directory;
    request.home = os::contract_home();
    request.target = path::normalise(path::join(here ? *here : "/", arguments.positionals[0]));
    request.offline = arguments.has("--offline");
    request.jobs = std::max(os::processor_count(), 4U);
    request.progress = fetch_progress();
    request.interrupted = interruption();
    begin_progress("reading the contract");
    const auto result = pipeline::vendor(request);
    const int status = print_findings(result.findings, result.sources, arguments);
    std::string text;
    for (const auto& target : result.inputs) text += target + "\n";
    for (const auto& reason : result.left_out) text += "left out: " + reason + "\n";
    if (!result.configuration.empty())
        text += fmt::format("wrote {}: what it says belongs into config.toml where this is fetched from\n",
                            result.configuration);
    return exit_status_after(
        status | (print(harmless(text)) ? core::exit_status::passed : core::exit_status::internal));
}

}  // namespace

const CommandSpec& vendor_command() {
    static const CommandSpec command{
        "vendor",
        "copy everything the lock names to a directory to fetch from",
        "Writes the pinned originals of all inputs, downloads, Debian packages, layers and repositories, to "
        "DIR, "
        "and beside them a config.toml that leads there. On a machine without a network, with that "
        "configuration, "
        "the contract can be built from an empty store; what is fetched is verified as ever.",
        {"DIR", "made where it is missing; what is there already is kept", true, false},
        vendor_options,
        run_vendor};
    return command;
}

}  // namespace contract::cli
