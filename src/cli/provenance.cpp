// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "contract/os/machine.hpp"
#include "contract/pipeline/provenance.hpp"
#include "contract/pipeline/trace.hpp"
#include "contract/report/origin.hpp"
#include "planning.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array provenance_options = std::to_array<OptionSpec>({
    {"--system", "", "SYSTEM", "plan for this system instead of this machine's", false},
});

std::variant<Asked, int> meaning(const Arguments& arguments, store::Store& store) {
    const std::string& word = arguments.positionals.front();
    if (const auto path = pipeline::store_path_of(store, word)) return Asked{word, *path};
    const auto planned = plan_for(arguments, store);
    if (const auto* status = std::get_if<int>(&planned)) return *status;
    if (!core::is_package(word))
        return wrong_usage("a statement of provenance is about the output of a package: packages.NAME");
    return asked_target(std::get<core::Plan>(planned), word);
}

int run_provenance(const Arguments& arguments) {
    if (arguments.positionals.size() != 1)
        return wrong_usage("'contract provenance' takes one package at a time");
    auto store = store::Store::open(os::contract_home());
    if (!store) return tell(store.error(), arguments);
    const auto asked = meaning(arguments, *store);
    if (const auto* status = std::get_if<int>(&asked)) return *status;
    const auto found = pipeline::provenance(*store, std::get<Asked>(asked).path);
    if (!found) return tell(found.error(), arguments);
    return print(report::provenance_json(*found)) ? core::exit_status::passed : core::exit_status::internal;
}

}  // namespace

const CommandSpec& provenance_command() {
    static const CommandSpec command{
        "provenance",
        "print an in-toto statement of how a package was built",
        "Prints an in-toto Statement v1 with SLSA Provenance v1, as JSON and not signed: the output with its "
        "digests, the commit, the recipe, and every input with its pin. It tells of the run that built what "
        "lies in the store; nothing is built.",
        {"TARGET", "packages.NAME, or a store path", true, false},
        provenance_options,
        run_provenance};
    return command;
}

}  // namespace contract::cli
