// SPDX-License-Identifier: Apache-2.0
#include "members.hpp"

#include "contract/base/text.hpp"

namespace contract::report {

json::Value text_member(std::string_view text) {
    return {harmless(text)};
}

json::Value texts_member(const std::vector<std::string>& texts) {
    json::Array items;
    for (const auto& text : texts) items.push_back(text_member(text));
    return {std::move(items)};
}

json::Value variables_member(const std::map<std::string, std::string>& variables) {
    json::Object members;
    for (const auto& [name, value] : variables) members.emplace_back(harmless(name), text_member(value));
    return {std::move(members)};
}

json::Value where_member(const Span& where) {
    if (where.line == 0) return {};
    return json::Object{{"file", text_member(where.file.text())},
                        {"line", where.line},
                        {"column", where.column},
                        {"end_line", where.end_line},
                        {"end_column", where.end_column}};
}

json::Value range_member(const Span& where) {
    return json::Object{{"line", where.line},
                        {"column", where.column},
                        {"end_line", where.end_line},
                        {"end_column", where.end_column},
                        {"begin_byte", static_cast<std::int64_t>(where.begin_byte)},
                        {"end_byte", static_cast<std::int64_t>(where.end_byte)}};
}

}  // namespace contract::report
