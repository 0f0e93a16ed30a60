// SPDX-License-Identifier: Apache-2.0
#include "contract/os/process.hpp"
#include "kinds.hpp"

namespace contract::runtime {

Facts observe_env(const Observation& observation) {
    const std::string& name = text_parameter(observation, "name");
    const auto value = os::environment_variable(name);
    Facts out;
    out.source = "the environment of contract";
    out.facts["set"] = Fact::known({value.has_value()});
    out.facts["value"] = value ? text_fact(*value) : Fact::absent("'" + name + "' is not set");
    return out;
}

}  // namespace contract::runtime
