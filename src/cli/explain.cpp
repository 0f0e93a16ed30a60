// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>

#include "contract/base/text.hpp"
#include "contract/core/code_page.hpp"
#include "contract/report/manual.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array explain_options = std::to_array<OptionSpec>({
    {"--list", "", "", "list every code with its title", false},
    {"--man", "", "", "print contract-findings(7), which is made from the same table", false},
});

int explain_one(const std::string& code) {
    const auto* page = core::find_code_page(code);
    if (page != nullptr)
        return print(
                   fmt::format("{}: {}\n\n{}\n\n{}\n", page->code, page->title, page->meaning, page->remedy))
                   ? core::exit_status::passed
                   : core::exit_status::internal;
    std::vector<std::string> codes;
    for (const auto& one : core::all_code_pages()) codes.emplace_back(one.code);
    const auto close = nearest(code, codes);
    return wrong_usage(
        fmt::format("there is no finding code '{}'{}", harmless(code),
                    close ? "; did you mean '" + *close + "'?" : "; `contract explain --list` lists them"));
}

int run_explain(const Arguments& arguments) {
    if (arguments.has("--man"))
        return print(report::findings_manual()) ? core::exit_status::passed : core::exit_status::internal;
    if (arguments.has("--list")) {
        std::string out;
        for (const auto& page : core::all_code_pages())
            out += fmt::format("{:<36} {}\n", page.code, page.title);
        return print(out) ? core::exit_status::passed : core::exit_status::internal;
    }
    if (arguments.positionals.size() != 1) return wrong_usage("'contract explain' takes one CODE, or --list");
    return explain_one(arguments.positionals[0]);
}

}  // namespace

const CommandSpec& explain_command() {
    static const CommandSpec command{"explain",
                                     "explain a finding's code: what it means and what to do",
                                     "Prints the page of one finding code, as contract-findings(7) has it.",
                                     {"CODE", "build.failed, evaluation.unknown-key, …", false, false},
                                     explain_options,
                                     run_explain};
    return command;
}

}  // namespace contract::cli
