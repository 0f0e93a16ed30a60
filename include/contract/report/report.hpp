// SPDX-License-Identifier: Apache-2.0
//
// Report and Plan → text and JSON. Pure: no clock, no terminal, no file. Everything passes base's `harmless`.
#pragma once

#include <string>

#include "contract/core/plan.hpp"
#include "contract/core/report.hpp"

namespace contract::report {

struct Style {
    bool color = false;
    int width = 80;
};

std::string human(const core::Report& report, const Style& style);  // the whole output of `check`
// One finding, ends with one newline. A place whose file is not in `sources` is told without its line.
std::string human(const core::Finding& finding, const Sources& sources, const Style& style);
std::string json(const core::Report& report);   // contract.report/v1, ends with a newline
std::string plan_json(const core::Plan& plan);  // contract.plan/v1
std::string plan_text(const core::Plan& plan, const std::string& target,
                      const Style& style);  // "": an overview; a target that is not there: empty
// `target` is an option of a host, "hosts.web.web.port", or a table of them; empty when there is none.
std::string option_text(const core::Plan& plan, const std::string& target);

}  // namespace contract::report
