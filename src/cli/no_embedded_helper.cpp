// SPDX-License-Identifier: Apache-2.0
#include "embedded_helper.hpp"

namespace contract::cli {

std::string_view embedded_helper() {
    return {};
}

}  // namespace contract::cli
