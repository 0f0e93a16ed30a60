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

std::string_view contract_of(std::string_view target) {
    constexpr std::string_view inputs = "inputs.";
    if (!target.starts_with(inputs)) return {};
    const auto dot = target.find('.', inputs.size());
    return dot == std::string_view::npos ? std::string_view{} : target.substr(0, dot);
}

bool is_package(std::string_view target) {
    constexpr std::string_view packages = "packages.";
    const auto contract = contract_of(target);
    return (contract.empty() ? target : target.substr(contract.size() + 1)).starts_with(packages);
}

}  // namespace contract::core
