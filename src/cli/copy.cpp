// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/copy.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <array>

#include "amounts.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "progress.hpp"
#include "request.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array copy_options = std::to_array<OptionSpec>({
    {"--to", "", "PLACE", "build what is not built yet, and copy the results to PLACE", false},
    {"--from", "", "PLACE", "take from PLACE what is not in the store", false},
    {"--system", "", "SYSTEM", "plan for this system instead of this machine's", false},
    {"--jobs", "-j", "N", "build at most N targets at once; the number of processors unless given", false},
    {"--offline", "", "", "fetch no inputs; one that is not in the store is a finding", false},
    {"--serve", "", "",
     "be the other side of a copy over ssh, on standard input and output, with the store at the argument",
     false},
});

int run_serve(const Arguments& arguments) {
    const auto& given = arguments.positionals;
    if (given.size() > 1) return wrong_usage("--serve takes one directory: the CONTRACT_HOME to serve");
    const auto here = os::real_path(".");
    const std::string home =
        given.empty() ? os::contract_home() : path::join(here ? *here : "/", given.front());
    const auto served = pipeline::serve_copy(home, STDIN_FILENO, STDOUT_FILENO);
    if (served) return core::exit_status::passed;
    return print_findings({core::finding_from(core::Stage::build, "", served.error())}, {}, arguments);
}

Result<pipeline::CopyRequest> request_from(const Arguments& arguments, const std::string& directory) {
    TRY_ASSIGN(auto shared, build_request(arguments, directory));
    if (arguments.has("--to") == arguments.has("--from"))
        return usage_error("'contract copy' takes either --to PLACE or --from PLACE");
    pipeline::CopyRequest request;
    request.directory = shared.directory;
    request.home = shared.home;
    request.targets = shared.targets;
    request.system = shared.system;
    request.jobs = shared.jobs;
    request.offline = shared.offline;
    request.progress = std::move(shared.progress);
    request.interrupted = std::move(shared.interrupted);
    const bool to = arguments.has("--to");
    request.direction = to ? pipeline::CopyRequest::Direction::to : pipeline::CopyRequest::Direction::from;
    request.place = arguments.value(to ? "--to" : "--from").value();
    if (request.place.empty()) return usage_error("PLACE is a directory or ssh://[USER@]HOST[:PORT]/PATH");
    return request;
}

std::string summary(const pipeline::CopyRequest& request, const pipeline::CopyResult& result) {
    const bool to = request.direction == pipeline::CopyRequest::Direction::to;
    std::string out;
    for (const auto& target : result.absent) out += fmt::format("not there: {}\n", harmless(target));
    return out + fmt::format("{} {} {} {}: {}, {}\n", to ? "copied" : "took",
                             count(result.paths, "store path"), to ? "to" : "from", harmless(request.place),
                             count(static_cast<std::size_t>(result.blobs), "file"), size_text(result.bytes));
}

int run_copy(const Arguments& arguments) {
    if (arguments.has("--serve")) return run_serve(arguments);
    const auto directory = contract_directory(arguments);
    if (!directory) return core::exit_status::usage;
    const auto request = request_from(arguments, *directory);
    if (!request) return wrong_usage(request.error().message);
    begin_progress("copying: " + request->place);
    const auto result = pipeline::copy(*request);
    for (const auto& stranger : result.strangers)
        wrong_usage(
            fmt::format("no target '{}' is declared; `contract show` lists the targets", harmless(stranger)));
    if (!result.strangers.empty()) return core::exit_status::usage;
    int status = print_findings(result.findings, result.sources, arguments);
    if (result.copied && !print(summary(*request, result))) status |= core::exit_status::internal;
    return exit_status_after(status);
}

}  // namespace

const CommandSpec& copy_command() {
    static const CommandSpec command{
        "copy",
        "copy results to or from a directory or another machine",
        "Copies the results of targets, with everything that they need to run, to or from a directory or the "
        "store of another machine. What is copied away is signed with your key. A result is taken only when "
        "a key that your own configuration trusts has signed it; every file is compared with its digest. A "
        "second copy transfers only what is missing.",
        {"TARGET", "packages.NAME, checks.NAME, hosts.NAME, …: only these; all of the contract unless given",
         false, true},
        copy_options,
        run_copy};
    return command;
}

}  // namespace contract::cli
