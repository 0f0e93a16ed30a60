// SPDX-License-Identifier: Apache-2.0
#include "version.hpp"

#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::inputs::deb {

namespace {

bool holds(std::string_view relation, int difference) {
    if (relation == "<<") return difference < 0;
    if (relation == "<=" || relation == "<") return difference <= 0;
    if (relation == "=") return difference == 0;
    if (relation == ">=" || relation == ">") return difference >= 0;
    return relation == ">>" && difference > 0;
}

}  // namespace

bool names_package(std::string_view list, std::string_view package, std::string_view version) {
    for (const auto& one : split(list, ',')) {
        std::string_view rest = trim(one);
        const auto end = std::min(rest.find_first_of(" \t\n(:"), rest.size());
        if (rest.substr(0, end) != package) continue;
        const auto open = rest.find('('), close = rest.find(')');
        if (open == std::string_view::npos) return true;
        if (close == std::string_view::npos || close < open) continue;
        const auto inside = trim(rest.substr(open + 1, close - open - 1));
        const auto operation = inside.substr(0, std::min(inside.find_first_not_of("<>="), inside.size()));
        if (holds(operation, compare_versions(version, trim(inside.substr(operation.size()))))) return true;
    }
    return false;
}

}  // namespace contract::inputs::deb
