// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>
#include <thread>

#include "amounts.hpp"
#include "contract/base/text.hpp"
#include "contract/os/machine.hpp"
#include "contract/store/store.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array store_options = std::to_array<OptionSpec>({
    {"--repair", "", "", "mend what is damaged from what is sound, and remove the rest", false},
});

core::Finding finding_of(const store::Damage& damage) {
    core::Finding finding;
    finding.stage = core::Stage::build;
    finding.code = "build.store-damaged";
    finding.blame = Blame::environment;
    const std::string file = damage.file.empty() ? "" : "'" + harmless(damage.file) + "' of ";
    finding.message = file + "'" + damage.name + "' in the store " + damage.what;
    switch (damage.state) {
        case store::Damage::State::found:
            if (!damage.why_not.empty()) finding.evidence.push_back({"not-mended", damage.why_not, {}});
            finding.help.emplace_back(
                "run `contract store verify --repair`; if it comes back, suspect the disk");
            break;
        case store::Damage::State::restored:
            finding.severity = core::Severity::warning;
            finding.help.emplace_back("it was made whole again; if it comes back, suspect the disk");
            break;
        case store::Damage::State::removed:
            finding.severity = core::Severity::warning;
            finding.help.emplace_back(
                "it was removed, and is fetched or built anew when it is needed; if it comes back, suspect "
                "the disk");
            break;
    }
    return finding;
}

Result<store::Verified> verify(const Arguments& arguments) {
    TRY_ASSIGN(auto store, store::Store::open(os::contract_home()));
    return store.verify(
        {arguments.has("--repair"), std::max(std::thread::hardware_concurrency(), 1U), interruption()});
}

std::string summary(const store::Verified& verified) {
    std::string out = fmt::format("looked at {} store paths and {} files, {}: {} damaged\n", verified.paths,
                                  verified.blobs, size_text(verified.bytes), verified.damages.size());
    if (verified.unknown_paths > 0)
        out += fmt::format("note: {} not in the index, and made anew by what needs one\n",
                           verified.unknown_paths == 1
                               ? "1 store path is"
                               : fmt::format("{} store paths are", verified.unknown_paths));
    return out;
}

int run_store(const Arguments& arguments) {
    if (arguments.positionals.at(0) != "verify")
        return wrong_usage("'store' can 'verify'; it cannot '" + harmless(arguments.positionals.at(0)) + "'");
    const auto verified = verify(arguments);
    if (!verified)
        return print_findings({core::finding_from(core::Stage::build, "", verified.error())}, {}, arguments);
    std::vector<core::Finding> findings;
    for (const auto& damage : verified->damages) findings.push_back(finding_of(damage));
    int status = print_findings(findings, {}, arguments);
    if (!verified->interrupted && !print(summary(*verified))) status |= core::exit_status::internal;
    return exit_status_after(status);
}

}  // namespace

const CommandSpec& store_command() {
    static const CommandSpec command{"store",
                                     "verify the store: hash everything in it again",
                                     "Hashes every file of the store and compares every store path with what "
                                     "was put there. Exit status 16 says "
                                     "that something is damaged and was not mended.",
                                     {"ACTION", "verify", true, false},
                                     store_options,
                                     run_store};
    return command;
}

}  // namespace contract::cli
