// SPDX-License-Identifier: Apache-2.0
#include "host_values.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "unit_file.hpp"

namespace contract::evaluation {

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_setting(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

}  // namespace

bool is_account(std::string_view text) {
    if (text.empty() || text.size() > 31 || !is_letter(text[0])) return false;
    return is_setting(text);
}

bool is_variable(std::string_view text) {
    return !text.empty() && is_letter(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

Span HostValues::where(const std::string& name) const {
    const Field* field = declared_.find(name);
    const Written* written = field == nullptr ? nullptr : field->deciding();
    return written == nullptr ? declared_.where : written->where;
}

std::string HostValues::path() const {
    const std::string& key = declared_.key;
    return declared_.group + "." + (is_name(key) ? key : quoted(key));
}

core::Finding& HostValues::refuse(std::string message, const Span& where) {
    return state_.fail(target_, "bad-value", std::move(message), where);
}

std::string HostValues::text(const std::string& name) const {
    const Field* field = declared_.find(name);
    const auto* text = field == nullptr ? nullptr : field->value.as<std::string>();
    return text == nullptr ? "" : *text;
}

std::uint32_t HostValues::mode(const std::string& name) const {
    std::uint32_t mode = 0;
    for (const char c : text(name)) mode = mode * 8 + static_cast<std::uint32_t>(c - '0');
    return mode & 07777;
}

std::string HostValues::number(const std::string& name) const {
    const Field* field = declared_.find(name);
    const auto number = field == nullptr ? std::nullopt : field->value.as<std::int64_t>();
    return number ? std::to_string(*number) : "";
}

bool HostValues::flag(const std::string& name, bool otherwise) const {
    const Field* field = declared_.find(name);
    return field == nullptr ? otherwise : field->value.as<bool>().value_or(otherwise);
}

std::vector<std::string> HostValues::lines(const std::string& name) const {
    std::vector<std::string> out;
    const Field* field = declared_.find(name);
    const auto* list = field == nullptr ? nullptr : field->value.as<expression::List>();
    if (list == nullptr) return out;
    for (const auto& item : *list) out.push_back(*item.as<std::string>());
    return out;
}

bool HostValues::is_line(const std::string& text, const std::string& name, const Span& where) {
    if (is_one_line(text)) return true;
    refuse("'" + (declared_.group.empty() ? "" : path() + ".") + harmless(name) +
               "' has a newline, a control character or a backslash at its end",
           where);
    return false;
}

std::map<std::string, std::string> HostValues::variables(const std::string& name) {
    std::map<std::string, std::string> out;
    const Field* field = declared_.find(name);
    if (field == nullptr) return out;
    for (const auto& [key_value, item] : *field->value.as<expression::Map>()) {
        const std::string& key = *key_value.as<std::string>();
        const std::string& value = *item.as<std::string>();
        if (!is_variable(key))
            refuse("'" + harmless(key) + "' is no name of a variable", field->where_of_key(key))
                .help.push_back("letters, digits and '_'; no digit first");
        else if (is_line(value, name + "." + key, field->where_of(key)))
            out[key] = value;
    }
    return out;
}

std::map<std::string, std::map<std::string, std::string>> HostValues::sections(const std::string& name) {
    std::map<std::string, std::map<std::string, std::string>> out;
    const Field* field = declared_.find(name);
    if (field == nullptr) return out;
    for (const auto& [section_value, settings] : *field->value.as<expression::Map>()) {
        const std::string& section = *section_value.as<std::string>();
        if (!is_name(section)) {
            refuse("'" + harmless(section) + "' is no section of a unit file", field->where_of_key(section));
            continue;
        }
        for (const auto& [key_value, item] : *settings.as<expression::Map>()) {
            const std::string& key = *key_value.as<std::string>();
            const std::string& value = *item.as<std::string>();
            if (!is_setting(key))
                refuse("'" + harmless(key) + "' is no setting of a unit file",
                       field->where_of_key(section, key, false));
            else if (is_line(value, name + "." + section + "." + key,
                             field->where_of_key(section, key, true)))
                out[section][key] = value;
        }
    }
    return out;
}

}  // namespace contract::evaluation
