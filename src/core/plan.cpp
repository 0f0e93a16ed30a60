// SPDX-License-Identifier: Apache-2.0
#include "contract/core/plan.hpp"

namespace contract::core {

std::string_view word(InputKind kind) {
    switch (kind) {
        case InputKind::git: return "git";
        case InputKind::path: return "path";
        case InputKind::host: return "host";
        case InputKind::url: return "url";
        case InputKind::deb: return "deb";
        case InputKind::oci: return "oci";
    }
    return "";
}

}  // namespace contract::core
