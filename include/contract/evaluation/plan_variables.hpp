// SPDX-License-Identifier: Apache-2.0
//
// A plan as the variables of expressions: what policies judge and `contract eval` reads. The names and the
// entries are those of `contract show --json`; an entry is made when something selects it. Sensitive values
// are in none of them: selecting one is a Problem that says so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contract/core/plan.hpp"
#include "contract/expression/expression.hpp"

namespace contract::evaluation {

// A value of the plan that an expression has selected, and where it comes from.
struct PlanRead {
    std::string path;  // "packages.zlib.system", "hosts.web.config.web.port"
    expression::Value value;
    Span where;      // without a line: nowhere in particular
    std::string by;  // "modules.web"; empty: the target itself
};
using PlanReads = std::vector<PlanRead>;

class PlanVariables final : public expression::Variables {
public:
    // `plan`, whose lists are sorted, has to outlive this and every value that it has given. `reads` gets
    // what is selected, at most the last ten thousand reads of it; null: nobody asks.
    explicit PlanVariables(const core::Plan& plan, PlanReads* reads = nullptr);
    const expression::Value* find(std::string_view name) const override { return values_.find(name); }

    static std::vector<std::string> names();

private:
    expression::NamedValues values_;
};

// Whether `program` may select what hosts have decided: the plan then has to be made with that explained.
bool reads_host_config(const expression::Program& program);

}  // namespace contract::evaluation
