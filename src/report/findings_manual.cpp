// SPDX-License-Identifier: Apache-2.0
#include "contract/core/code_page.hpp"
#include "contract/report/manual.hpp"
#include "roff.hpp"

namespace contract::report {

std::string findings_manual() {
    std::string out =
        ".\\\" Made by `contract explain --man` from the table of finding codes.\n"
        ".TH CONTRACT\\-FINDINGS 7 \"\" \"contract\" \"Miscellaneous Information Manual\"\n"
        ".SH NAME\ncontract\\-findings \\- every finding of contract, what it means and what to do\n"
        ".SH DESCRIPTION\n"
        "Each failure that\n.BR contract (1)\nreports is a finding with a stable code: the stage, a dot, and "
        "a word. "
        "The same text is printed by\n.BR \"contract explain\" .\n";
    std::string_view stage;
    for (const auto& page : core::all_code_pages()) {
        const auto of = page.code.substr(0, page.code.find('.'));
        if (of != stage) {
            stage = of;
            std::string heading(of);
            for (char& c : heading) c = static_cast<char>(c - 'a' + 'A');
            out += ".SH " + heading + "\n";
        }
        out += ".TP\n.B " + roff(page.code) + "\n" + roff(page.title) + ".\n.IP\n" + roff(page.meaning) +
               "\n.IP\n" + roff(page.remedy) + "\n";
    }
    return out + ".SH SEE ALSO\n.BR contract (1),\n.BR contract.toml (5)\n";
}

}  // namespace contract::report
