// SPDX-License-Identifier: Apache-2.0
#include "contract/base/line.hpp"
#include "contract/base/text.hpp"
#include "contract/report/origin.hpp"
#include "paint.hpp"

namespace contract::report {

namespace {

std::string name_of(const core::StorePath& path, const std::string& target) {
    return harmless_line(target.empty() ? path.base() : target);
}

std::string step_text(const core::WhyStep& step) {
    const std::string from = name_of(step.from, step.from_target), to = name_of(step.to, step.to_target);
    const std::string path = "    " + step.to.text() + "\n";
    switch (step.link) {
        case core::WhyStep::Link::reference:
            return "  " + from + ": " + (step.file.empty() ? "it" : harmless_line(step.file)) + " names " +
                   to + "\n" + path;
        case core::WhyStep::Link::root:
            return "  " + from + " was built in the root " + to + ", which its programs may need to run\n" +
                   path;
        case core::WhyStep::Link::use: return "  " + from + " was built with " + to + "\n" + path;
    }
    return {};
}

std::string steps_text(const std::vector<core::WhyStep>& steps) {
    std::string out;
    for (const auto& step : steps) out += step_text(step);
    return out;
}

}  // namespace

std::string why_text(const core::Why& why, const Style& style) {
    const std::string from = "'" + harmless_line(why.from_name) + "'",
                      to = "'" + harmless_line(why.to_name) + "'";
    const auto title = [&](const std::string& text) { return paint(style, Ink::bold, text) + "\n"; };
    if (!why.run_time.empty()) return title(from + " needs " + to + " to run:") + steps_text(why.run_time);
    const std::string no = from + " does not refer to " + to + " at run time";
    if (!why.build.empty()) return title(no + "; its build used it:") + steps_text(why.build);
    if (why.build_known) return title(no + ", and its build did not use it");
    return title(no + "; whether its build used it is not known: the store has no record of that");
}

}  // namespace contract::report
