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
    const auto before = table.mistakes().count();
    host.modules = read_modules(table, "modules", ".");
    host.body.incomplete = table.mistakes().count() != before;
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

// As read_section; but a host with a mistake is kept among the others.
void read_hosts(Table& root, core::Manifest& manifest) {
    Mistakes& mistakes = root.mistakes();
    for (const auto& member : members_of(root, "hosts")) {
        mistakes.enter(member.target);
        const auto before = mistakes.count();
        const auto* map = table_of(mistakes, member);
        if (map != nullptr && mistakes.count() != before) map = nullptr;  // its name is none
        core::Host host;
        host.name = member.entry->key;
        host.where = member.entry->value.where;
        if (map != nullptr) {
            Table table(mistakes, root.shape_at("hosts"), member.target, *map, host.where);
            read_host(table, host);
            table.finish();
        }
        host.broken = mistakes.count() != before;
        if (host.broken) manifest.broken.push_back(member.target);
        if (map != nullptr) manifest.hosts.push_back(std::move(host));
    }
    mistakes.enter({});
}

}  // namespace contract::manifest
