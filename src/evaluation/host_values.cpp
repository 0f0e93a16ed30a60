// SPDX-License-Identifier: Apache-2.0
#include "host_values.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "unit_file.hpp"

namespace contract::evaluation {

namespace {

// How the table writes a default of a text: between quotes.
std::string default_of(const HostOption& option) {
    const std::string_view text = option.default_text;
    return std::string(text.size() < 2 ? text : text.substr(1, text.size() - 2));
}

}  // namespace

// As systemd accepts names in strict mode.
bool is_account(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    if (text.empty() || text.size() > 31 || !letter(text[0])) return false;
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

const HostOption& HostValues::option(const std::string& name) const {
    for (const auto& entry : host_options())
        if (entry.group == declared_.group && entry.name == name) return entry;
    throw InternalError("evaluation: no host option '" + declared_.group + "." + name + "'");
}

Span HostValues::where(const std::string& name) const {
    const Field* field = declared_.find(name);
    return field == nullptr ? declared_.where : field->where;
}

std::string HostValues::path() const {
    const std::string& key = declared_.key;
    return declared_.group + "." + (is_name(key) ? key : quoted(key));
}

core::Finding& HostValues::refuse(std::string message, const Span& where) {
    return state_.fail(target_, "bad-value", std::move(message), where);
}

// A value in a message, unless it must not be printed.
std::string HostValues::shown(const std::string& name, const std::string& text) const {
    const Field* field = declared_.find(name);
    return field != nullptr && field->sensitive ? "the sensitive value" : "'" + harmless(text) + "'";
}

std::string HostValues::text(const std::string& name) {
    const Field* field = declared_.find(name);
    return field == nullptr ? default_of(option(name)) : *field->value.as<std::string>();
}

std::string HostValues::one_line(const expression::Value& value, const Span& where, const std::string& name) {
    const std::string& text = *value.as<std::string>();
    if (is_one_line(text)) return text;
    refuse("'" + path() + "." + harmless(name) +
               "' has a newline, a control character or a backslash at its end",
           where);
    return "";
}

std::string HostValues::line(const std::string& name) {
    const Field* field = declared_.find(name);
    return field == nullptr ? default_of(option(name)) : one_line(field->value, field->where, name);
}

std::string HostValues::absolute(const std::string& name) {
    std::string text = line(name);
    if (text.empty() || path::is_absolute(text)) return text;
    refuse("'" + path() + "." + name + "' is no absolute path", where(name));
    return "";
}

std::string HostValues::account(const std::string& name) {
    std::string text = line(name);
    if (text.empty() || is_account(text)) return text;
    refuse(shown(name, text) + " is no name of a user or group", where(name));
    return "";
}

std::string HostValues::word(const std::string& name) {
    std::string text = line(name);
    if (!has(name)) return text;
    const auto allowed = split(option(name).allowed, ' ');
    if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
    auto& finding = refuse(shown(name, text) + " is no value of '" + name + "'", where(name));
    const auto near = declared_.find(name)->sensitive ? std::nullopt : nearest(text, allowed);
    finding.help.push_back(near ? "did you mean '" + *near + "'?" : "one of: " + join(allowed, ", "));
    return "";
}

std::uint32_t HostValues::mode(const std::string& name) {
    const std::string text = line(name);
    const bool octal = text.size() >= 3 && text.size() <= 5 &&
                       std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '7'; });
    std::uint32_t mode = 0;
    for (const char c : text) mode = mode * 8 + static_cast<std::uint32_t>(c - '0');
    if (octal && mode <= 07777) return mode;
    refuse(shown(name, text) + " are no permission bits", where(name))
        .help.push_back("write them in octal, such as \"0644\"");
    return 0;
}

std::string HostValues::number(const std::string& name) {
    const Field* field = declared_.find(name);
    if (field == nullptr) return "";
    const std::int64_t number = *field->value.as<std::int64_t>();
    if (number >= 0 && number < 4294967295 && number != 65535) return std::to_string(number);
    refuse("'" + path() + "." + name + "' is no number of an account", field->where);
    return "";
}

bool HostValues::flag(const std::string& name) {
    const Field* field = declared_.find(name);
    return field == nullptr ? option(name).default_text == "true" : *field->value.as<bool>();
}

namespace {

// Where an item or entry was written; the whole value when it was merged or computed.
Span place_of(const Field& field, std::size_t index) {
    const auto* list = field.source == nullptr ? nullptr : field.source->list();
    return list != nullptr && index < list->size() ? (*list)[index].where : field.where;
}

const core::Entry* entry_of(const core::Value* source, const std::string& key) {
    return source == nullptr ? nullptr : source->find(key);
}

}  // namespace

std::vector<std::string> HostValues::lines(const std::string& name) {
    std::vector<std::string> out;
    const Field* field = declared_.find(name);
    if (field == nullptr) return out;
    for (const auto& item : *field->value.as<expression::List>())
        out.push_back(one_line(item, place_of(*field, out.size()), name));
    return out;
}

std::map<std::string, std::string> HostValues::table_of(const expression::Value& map, const Span& where,
                                                        const core::Value* source, const std::string& name) {
    std::map<std::string, std::string> out;
    for (const auto& [key_value, item] : *map.as<expression::Map>()) {
        const std::string& key = *key_value.as<std::string>();
        const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                   c == '-';
        });
        const core::Entry* entry = entry_of(source, key);
        if (!plain) {
            refuse("'" + harmless(key) + "' is no name that '" + name + "' can have",
                   entry == nullptr ? where : entry->key.where);
            continue;
        }
        out[key] = one_line(item, entry == nullptr ? where : entry->value.where, name + "." + key);
    }
    return out;
}

std::map<std::string, std::string> HostValues::table(const std::string& name) {
    const Field* field = declared_.find(name);
    if (field == nullptr) return {};
    return table_of(field->value, field->where, field->source, name);
}

std::map<std::string, std::map<std::string, std::string>> HostValues::tables(const std::string& name) {
    std::map<std::string, std::map<std::string, std::string>> out;
    const Field* field = declared_.find(name);
    if (field == nullptr) return out;
    for (const auto& [key_value, inner] : *field->value.as<expression::Map>()) {
        const std::string& key = *key_value.as<std::string>();
        const core::Entry* entry = entry_of(field->source, key);
        if (is_name(key)) {
            out[key] = table_of(inner, entry == nullptr ? field->where : entry->value.where,
                                entry == nullptr ? nullptr : &entry->value, name + "." + key);
        } else {
            refuse("'" + harmless(key) + "' is no section of a unit file",
                   entry == nullptr ? field->where : entry->key.where);
        }
    }
    return out;
}

}  // namespace contract::evaluation
