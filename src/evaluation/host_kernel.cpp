// SPDX-License-Identifier: Apache-2.0
//
// kernel.modules and kernel.sysctl: what the start of the machine applies, and probes that it holds.
#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/expression/expression.hpp"
#include "login_files.hpp"
#include "rendering.hpp"
#include "unit_file.hpp"

namespace contract::evaluation {

namespace {

// /sys/module has no '-'.
std::string loaded_name(std::string module) {
    std::replace(module.begin(), module.end(), '-', '_');
    return module;
}

void render_modules(Rendering& rendering, const Field& field) {
    std::vector<std::string> names;
    for (const auto& item : *field.value.as<expression::List>()) {
        names.push_back(*item.as<std::string>());
        const std::string& name = names.back();
        auto probe = implied_probe(rendering, "kernel.modules." + name, field.where_of(name));
        probe.option = "kernel.modules";
        probe.kind = "file";
        probe.parameters["path"] = "/sys/module/" + loaded_name(name);
        probe.expect = "exists";
        probe.hint =
            "it is loaded when the machine starts, or at once by: systemctl restart "
            "systemd-modules-load.service";
        add_probe(rendering, std::move(probe));
    }
    if (!names.empty())
        rendering.add_file("modules-load.d/contract.conf", "kernel.modules", field.deciding()->where,
                           render_kernel_modules(names));
}

bool is_key(std::string_view text) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_.-/:@").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), good) &&
           text.find("..") == std::string_view::npos && text.find("//") == std::string_view::npos &&
           std::string_view("-./").find(text.front()) == std::string_view::npos &&
           std::string_view("./").find(text.back()) == std::string_view::npos;
}

// "net/ipv4/ip_forward" and "net.ipv4.ip_forward" are one: the first separator says which sign it is, and in
// the other form it stands for the other.
std::string with_dots(std::string key) {
    const std::size_t first = key.find_first_of("./");
    if (first == std::string::npos || key[first] == '.') return key;
    for (char& c : key) c = c == '/' ? '.' : c == '.' ? '/' : c;
    return key;
}

std::string text_of(const expression::Value& value) {
    const auto number = value.as<std::int64_t>();
    return number ? std::to_string(*number) : *value.as<std::string>();
}

// The kernel writes blanks as tabs where a parameter has several numbers.
std::string expectation_of(const expression::Value& value) {
    if (value.as<std::int64_t>()) return "value == " + expression::to_literal(value);
    return "string(value).replace(\"\\t\", \" \") == " + expression::to_literal(value);
}

bool check(Rendering& rendering, const Field& field, const std::string& key, const std::string& text) {
    HostValues values = rendering.values(rendering.single);
    if (!is_key(key)) {
        values.refuse("'" + harmless(key) + "' is no parameter of the kernel", field.where_of_key(key))
            .help.push_back("write it as sysctl(8) does: \"vm.swappiness\"");
        return false;
    }
    if (is_one_line(text) && !text.empty() && trim(text) == text) return true;
    values.refuse("'kernel.sysctl." + quoted(key) +
                      "' is empty, or has a newline, a control character, blanks around it or a backslash at "
                      "its end",
                  field.where_of(key));
    return false;
}

void add_sysctl_probe(Rendering& rendering, const Field& field, const std::string& key,
                      const expression::Value& value) {
    auto probe = implied_probe(rendering, "kernel.sysctl." + key, field.where_of(key));
    probe.option = "kernel.sysctl." + quoted(key);
    probe.kind = "sysctl";
    probe.parameters["key"] = key;
    probe.parameter_spans["key"] = field.where_of_key(key);
    probe.expect = expectation_of(value);
    probe.hint = "it is set when the machine starts, or at once by: systemctl restart systemd-sysctl.service";
    add_probe(rendering, std::move(probe));
}

void render_parameters(Rendering& rendering, const Field& field) {
    std::map<std::string, std::string> out;
    std::map<std::string, std::string> written;  // as they were declared
    for (const auto& [key_value, value] : *field.value.as<expression::Map>()) {
        const std::string& declared = *key_value.as<std::string>();
        if (!check(rendering, field, declared, text_of(value))) continue;
        const std::string key = with_dots(declared);
        const auto [known, fresh] = written.emplace(key, declared);
        if (!fresh) {
            auto& finding = rendering.state.fail(
                rendering.target, "conflict",
                "'" + harmless(declared) + "' and '" + harmless(known->second) + "' are one parameter",
                field.where_of_key(declared));
            finding.related.push_back({field.where_of_key(known->second), "declared here too"});
            finding.help.push_back("keep one of the two");
            continue;
        }
        out[key] = text_of(value);
        add_sysctl_probe(rendering, field, key, value);
    }
    // Where the keys come from several modules, the last one stands for all.
    if (!out.empty())
        rendering.add_file("sysctl.d/contract.conf", "kernel.sysctl", field.deciding()->where,
                           render_sysctl(out));
}

}  // namespace

void render_kernel(Rendering& rendering) {
    if (const Field* field = rendering.single.find("kernel.modules"); field && !field->from_default)
        render_modules(rendering, *field);
    if (const Field* field = rendering.single.find("kernel.sysctl"); field && !field->from_default)
        render_parameters(rendering, *field);
}

}  // namespace contract::evaluation
