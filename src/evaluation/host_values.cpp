// SPDX-License-Identifier: Apache-2.0
#include "host_values.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "interpolation.hpp"
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
    const auto* value = declared_.find(name);
    return value == nullptr ? declared_.where : value->where;
}

std::string HostValues::path() const {
    const std::string& key = declared_.key.value;
    return declared_.group + "." + (is_name(key) ? key : quoted(key));
}

core::Finding& HostValues::refuse(std::string message, const Span& where) {
    return state_.fail(target_, "bad-value", std::move(message), where);
}

std::string HostValues::text(const std::string& name) {
    const auto* value = declared_.find(name);
    if (value == nullptr) return default_of(option(name));
    return render(state_, target_, *value->string(), value->where).value_or("");
}

std::string HostValues::one_line(const core::Value& value, const std::string& name) {
    auto text = render(state_, target_, *value.string(), value.where).value_or("");
    if (is_one_line(text)) return text;
    refuse("'" + path() + "." + harmless(name) +
               "' has a newline, a control character or a backslash at its end",
           value.where);
    return "";
}

std::string HostValues::line(const std::string& name) {
    const auto* value = declared_.find(name);
    return value == nullptr ? default_of(option(name)) : one_line(*value, name);
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
    refuse("'" + harmless(text) + "' is no name of a user or group", where(name));
    return "";
}

std::string HostValues::word(const std::string& name) {
    std::string text = line(name);
    if (!has(name)) return text;
    const auto allowed = split(option(name).allowed, ' ');
    if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
    auto& finding = refuse("'" + harmless(text) + "' is no value of '" + name + "'", where(name));
    const auto near = nearest(text, allowed);
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
    refuse("'" + harmless(text) + "' are no permission bits", where(name))
        .help.push_back("write them in octal, such as \"0644\"");
    return 0;
}

std::string HostValues::number(const std::string& name) {
    const auto* value = declared_.find(name);
    if (value == nullptr) return "";
    std::optional<std::int64_t> number;
    if (value->integer() != nullptr) number = *value->integer();
    if (value->string() != nullptr)
        if (const auto rendered = render_value(state_, target_, *value->string(), value->where))
            if (const auto found = rendered->as<std::int64_t>()) number = *found;
    if (number && *number >= 0 && *number < 4294967295 && *number != 65535) return std::to_string(*number);
    refuse("'" + path() + "." + name + "' is no number of an account", value->where);
    return "";
}

bool HostValues::flag(const std::string& name) {
    const auto* value = declared_.find(name);
    if (value == nullptr) return option(name).default_text == "true";
    if (value->boolean() != nullptr) return *value->boolean();
    const auto rendered = render_value(state_, target_, *value->string(), value->where);
    if (!rendered) return false;
    if (const auto found = rendered->as<bool>()) return *found;
    refuse("'" + path() + "." + name + "' is not a boolean", value->where);
    return false;
}

std::vector<std::string> HostValues::lines(const std::string& name) {
    std::vector<std::string> out;
    if (const auto* value = declared_.find(name))
        for (const auto& item : *value->list()) out.push_back(one_line(item, name));
    return out;
}

std::map<std::string, std::string> HostValues::table_of(const core::Map& map, const std::string& name) {
    std::map<std::string, std::string> out;
    for (const auto& entry : map) {
        const std::string& key = entry.key.value;
        const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                   c == '-';
        });
        if (!plain) {
            refuse("'" + harmless(key) + "' is no name that '" + name + "' can have", entry.key.where);
            continue;
        }
        out[key] = one_line(entry.value, name + "." + key);
    }
    return out;
}

std::map<std::string, std::string> HostValues::table(const std::string& name) {
    const auto* value = declared_.find(name);
    if (value == nullptr) return {};
    return table_of(*value->map(), name);
}

std::map<std::string, std::map<std::string, std::string>> HostValues::tables(const std::string& name) {
    std::map<std::string, std::map<std::string, std::string>> out;
    const auto* value = declared_.find(name);
    if (value == nullptr) return out;
    for (const auto& entry : *value->map()) {
        if (is_name(entry.key.value)) {
            out[entry.key.value] = table_of(*entry.value.map(), name + "." + entry.key.value);
        } else {
            refuse("'" + harmless(entry.key.value) + "' is no section of a unit file", entry.key.where);
        }
    }
    return out;
}

}  // namespace contract::evaluation
