// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "contract/manifest/host_name.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "definitions.hpp"
#include "sections.hpp"

namespace contract::manifest {

namespace {

void read_host(Table& table, core::Host& host) {
    if (is_host_range(host.name.value))
        if (auto range = parse_host_range(host.name.value); std::holds_alternative<core::HostRange>(range))
            host.range = std::get<core::HostRange>(std::move(range));
    host.description = table.text("description");
    host.system = table.system("system");
    if (auto name = table.text("class"); name && check_class(table, *name)) host.host_class = std::move(name);
    host.root = table.text("root");
    host.when = table.text("when");
    host.modules = read_modules(table, "modules", ".");
    read_definitions(table, host.body);
}

}  // namespace

bool check_class(Table& table, const core::Text& name) {
    if (name.value == "linux" || name.value == "home") return true;
    auto& mistakes = table.mistakes();
    if (name.value == "darwin") {
        mistakes.add("unsupported", "the class 'darwin' is reserved and means nothing yet", name.where,
                     "not in this version");
        return false;
    }
    auto& finding = mistakes.add("bad-value", "'" + table.path_of("class") + "' is '" + name.value + "'",
                                 name.where, "one of: linux, home");
    if (const auto near = nearest(name.value, {"linux", "home"}))
        finding.help.push_back("did you mean '" + *near + "'?");
    return false;
}

bool check_host_name(Mistakes& mistakes, const core::Text& name) {
    const auto range = parse_host_range(name.value);
    const auto* problem = std::get_if<HostNameProblem>(&range);
    if (problem == nullptr) return true;
    const auto text = mistakes.index().text();
    const auto& where = name.where;
    const bool literal = text[where.begin_byte] == '"' || text[where.begin_byte] == '\'';
    const Span place = literal ? span_in_string(text, where, problem->begin, problem->end) : where;
    mistakes.add("bad-value", "'" + name.value + "' is no range of hosts", place, problem->label)
        .help.push_back(problem->help);
    return false;
}

void read_hosts(Table& root, core::Manifest& manifest) {
    read_section(root, "hosts", manifest.hosts, manifest.broken, read_host);
}

}  // namespace contract::manifest
