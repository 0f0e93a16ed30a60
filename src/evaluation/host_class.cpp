// SPDX-License-Identifier: Apache-2.0
//
// The table of options → the module that a class of hosts stands on.
#include <array>
#include <charconv>
#include <map>

#include "contract/base/text.hpp"
#include "contract/core/probe_kinds.hpp"
#include "host_options.hpp"

namespace contract::evaluation {

namespace {

struct LimitText {
    Limit limit;
    std::string_view match;  // the whole string
    std::string_view check;  // an expression over `value`
    std::string_view message;
};
constexpr std::array limits = std::to_array<LimitText>({
    // Without a newline nothing begins another setting; a backslash at the end would join the next line.
    {Limit::one_line, R"((?:[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x08\x0a-\x1f\x7f\\])?)", "",
     "it has a newline, a control character or a backslash at its end"},
    {Limit::mode, "0?[0-7]{3,4}", "", "permission bits are three or four octal digits, such as \"0644\""},
    // As systemd accepts names in strict mode.
    {Limit::account, "[A-Za-z_][A-Za-z0-9_-]{0,30}", "",
     "a user or group is named with letters, digits, '-' and '_', a letter first, at most 31"},
    {Limit::account_number, "", "value >= 0 && value < 4294967295 && value != 65535",
     "the number of an account is 0 to 4294967294, and not 65535"},
    {Limit::unit_name,
     R"([A-Za-z0-9_.:@\\-]+\.(?:service|socket|target|timer|mount|automount|path|slice|scope|swap|device))",
     "", "a unit is written with its kind, such as \"network-online.target\""},
    {Limit::kernel_module, "[A-Za-z0-9_-]+", "",
     "a kernel module is named with letters, digits, '-' and '_'"},
    {Limit::at_least_one, "", "value >= 1 && value <= 100", "it is 1 to 100"},
    {Limit::not_empty, "", "size(value) > 0", "the list is empty"},
});

core::Value value_of(std::string_view text) {
    if (text == "[]") return {core::List{}, {}};
    if (text == "{}") return {core::Map{}, {}};
    if (text == "true" || text == "false") return {text == "true", {}};
    if (text.starts_with('"')) return {std::string(text.substr(1, text.size() - 2)), {}};
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return {number, {}};
}

core::OptionDeclaration declaration_of(const HostOption& option) {
    core::OptionDeclaration out;
    out.path.value = std::string(option.path);
    out.type.value = std::string(option.type);
    out.description = core::Text{std::string(option.meaning), {}};
    out.required = option.required;
    if (!option.default_text.empty()) out.default_value = value_of(option.default_text);
    for (const LimitText& text : limits) {
        if (text.limit != option.limit) continue;
        if (!text.match.empty()) out.match = core::Text{std::string(text.match), {}};
        if (!text.check.empty()) out.check = core::Text{std::string(text.check), {}};
        out.message = core::Text{std::string(text.message), {}};
    }
    return out;
}

std::string_view type_of(core::FieldType type) {
    switch (type) {
        case core::FieldType::boolean: return "bool";
        case core::FieldType::integer: return "int";
        case core::FieldType::string: return "string";
        case core::FieldType::strings: return "list(string)";
        case core::FieldType::dynamic: return "either(int, string)";
    }
    return "";
}

// The parameters of every kind. One that two kinds take has one option; where their types differ it takes
// either.
void add_parameters(core::Module& module) {
    std::map<std::string, core::OptionDeclaration> made;
    for (const core::ProbeKind& kind : core::probe_kinds()) {
        for (const core::Field& parameter : kind.parameters) {
            const std::string type(type_of(parameter.type));
            auto& option = made[std::string(parameter.name)];
            if (option.type.value.empty()) {
                option.path.value = "probes.<name>." + std::string(parameter.name);
                option.type.value = type;
                option.description = core::Text{std::string(parameter.meaning), {}};
            } else if (option.type.value.find(type) == std::string::npos) {
                option.type.value = "either(" + option.type.value + ", " + type + ")";
            }
        }
    }
    for (auto& entry : made) module.options.push_back(std::move(entry.second));
}

core::Module make_module(Classes other) {
    core::Module module;
    for (const HostOption& option : host_options())
        if (option.classes != other) module.options.push_back(declaration_of(option));
    add_parameters(module);
    return module;
}

std::vector<AbsentOption> absent_in_a_home() {
    std::vector<AbsentOption> out{
        {"users", "accounts are the machine's: declare them on a host of class \"linux\""},
        {"groups", "accounts are the machine's: declare them on a host of class \"linux\""},
        {"kernel", "the kernel is the machine's: declare it on a host of class \"linux\""},
        {"protected", "nothing in a home decides who may use the machine"}};
    for (const HostOption& option : host_options())
        if (option.classes == Classes::linux_only)
            out.push_back({std::string(option.path), "in a home everything belongs to whoever's home it is"});
    return out;
}

}  // namespace

const core::Module& class_module(const std::string& host_class) {
    static const core::Module of_linux = make_module(Classes::home_only);
    static const core::Module of_home = make_module(Classes::linux_only);
    return host_class == "home" ? of_home : of_linux;
}

const std::vector<AbsentOption>& absent_options(const std::string& host_class) {
    static const std::vector<AbsentOption> of_linux;
    static const std::vector<AbsentOption> of_home = absent_in_a_home();
    return host_class == "home" ? of_home : of_linux;
}

}  // namespace contract::evaluation
