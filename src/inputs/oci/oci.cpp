// SPDX-License-Identifier: Apache-2.0
#include "../kinds.hpp"

namespace contract::inputs {

Result<core::Pin> resolve_oci(const core::OciSource&, const Wish&, const Context&) {
    return Error{"unsupported", "inputs of this kind are not there yet", Blame::internal, {}, {}, {}};
}

Result<> materialise_oci(const core::PlannedInput&, const Context&) {
    return Error{"unsupported", "inputs of this kind are not there yet", Blame::internal, {}, {}, {}};
}

}  // namespace contract::inputs
