// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include <array>

#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/trace.hpp"
#include "contract/report/origin.hpp"
#include "planning.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array trace_options = std::to_array<OptionSpec>({
    {"--json", "", "", "print it as JSON (contract.trace/v1)", false},
});

core::Finding found_nothing(const core::Traced& traced) {
    core::Finding finding;
    finding.stage = core::Stage::build;
    finding.code = "build.origin-unknown";
    finding.blame = Blame::environment;
    finding.message = "nothing in the store is '" + harmless(traced.subject) + "'";
    if (!traced.digest.is_zero()) finding.evidence.push_back({"digest", traced.digest.text(), {}});
    finding.evidence.push_back(
        {"looked-through", count(traced.looked_through, "store path") + ", every file of each", {}});
    for (const auto& path : traced.unreadable)
        finding.evidence.push_back({"damaged", path.base() + " could not be looked through", {}});
    finding.help.emplace_back(
        "trace it where it was built, or build it here first; a file that was changed since is another file");
    return finding;
}

Result<core::Traced> traced(const std::string& subject) {
    TRY_ASSIGN(const auto store, store::Store::open(os::contract_home()));
    return pipeline::trace(store, subject);
}

int run_trace(const Arguments& arguments) {
    if (arguments.positionals.size() != 1)
        return wrong_usage("'contract trace' takes one FILE, DIGEST or PATH at a time");
    const auto found = traced(arguments.positionals.front());
    if (!found) return tell(found.error(), arguments);
    int status = core::exit_status::passed;
    if (found->matches.empty()) status = print_findings({found_nothing(*found)}, {}, arguments);
    if (found->matches.empty() && !arguments.has("--json")) return status;
    const std::string text = arguments.has("--json")
                                 ? report::trace_json(*found)
                                 : report::trace_text(*found, style_for(arguments, STDOUT_FILENO));
    return status | (print(text) ? core::exit_status::passed : core::exit_status::internal);
}

}  // namespace

const CommandSpec& trace_command() {
    static const CommandSpec command{
        "trace",
        "tell which inputs produced a file, wherever it lies now",
        "Looks for a file in everything that was built or fetched here, by its content, and tells of each "
        "place how it came to be: target, repository and commit, recipe, root, source, inputs with their "
        "pins, and all that it was made with. A copy under another name is found too. Needs no contract. "
        "Exit status 16 says that nothing was found.",
        {"FILE", "a file; the digest of a file, tree, recipe or action; or a store path", true, false},
        trace_options,
        run_trace};
    return command;
}

}  // namespace contract::cli
