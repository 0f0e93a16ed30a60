// SPDX-License-Identifier: Apache-2.0
//
// The JSON pieces that the report and the plan share. Strings pass base's `harmless` here, so that a reader
// that prints a member without escaping it prints nothing that moves a cursor.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "contract/base/span.hpp"
#include "contract/json/json.hpp"

namespace contract::report {

json::Value text_member(std::string_view text);
json::Value texts_member(const std::vector<std::string>& texts);
json::Value variables_member(const std::map<std::string, std::string>& variables);
json::Value where_member(const Span& where);  // null for a span without a place
json::Value range_member(const Span& where);  // the same without the file, with byte offsets

}  // namespace contract::report
