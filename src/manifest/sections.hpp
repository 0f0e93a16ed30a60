// SPDX-License-Identifier: Apache-2.0
//
// The tables of contract.toml, one reader each. A target with a mistake goes to Manifest::broken and nowhere
// else; but a host stays among the hosts too, so that its modules are judged in the same run.
#pragma once

#include "contract/core/manifest.hpp"
#include "table.hpp"

namespace contract::manifest {

enum class Verdict {
    good,
    bad,              // nothing can be planned, but the mistakes of the rest can be told
    another_version,  // the rest is not in a language that this program knows
};
Verdict read_contract(Table& root, core::ContractHeader& header);
void read_inputs(Table& root, core::Manifest& manifest);
// toolchains, packages, checks, formatters, shells, commands
void read_targets(Table& root, core::Manifest& manifest);
void read_hosts(Table& root, core::Manifest& manifest);
void read_probes(Table& root, core::Manifest& manifest);
void read_modules(Table& root, core::Manifest& manifest);
void read_policies(Table& root, core::Manifest& manifest);
void read_overrides(Table& root, core::Manifest& manifest);

// Whether hosts and modules of a class exist; if not, a finding.
bool check_class(Table& table, const core::Text& name);
// Whether a name with a bracket is a range of hosts; if not, a finding at what is wrong in it.
bool check_host_name(Mistakes& mistakes, const core::Text& name);

// Calls read(table, item) for every table of the section and sorts the items into `items` and `broken`.
template <typename Item, typename Read>
void read_section(Table& root, std::string_view section, std::vector<Item>& items,
                  std::vector<std::string>& broken, Read read);

// ── inside ──

// The members of a section in document order. `example` helps whoever wrote something else than a table.
struct Member {
    const core::Entry* entry;
    std::string target;
};
std::vector<Member> members_of(Table& root, std::string_view section, std::string example = {});
// Reports a bad name.
void check_member_name(Mistakes& mistakes, const Member& member);
// Reports a bad name or a value that is no table; null then.
const core::Map* table_of(Mistakes& mistakes, const Member& member);

template <typename Item, typename Read>
void read_section(Table& root, std::string_view section, std::vector<Item>& items,
                  std::vector<std::string>& broken, Read read) {
    Mistakes& mistakes = root.mistakes();
    for (const auto& member : members_of(root, section)) {
        mistakes.enter(member.target);
        const auto before = mistakes.count();
        Item item;
        if (const auto* map = table_of(mistakes, member)) {
            item.name = member.entry->key;
            item.where = member.entry->value.where;
            Table table(mistakes, root.shape_at(section), member.target, *map, item.where);
            read(table, item);
            table.finish();
        }
        if (mistakes.count() == before)
            items.push_back(std::move(item));
        else
            broken.push_back(member.target);
    }
    mistakes.enter({});
}

}  // namespace contract::manifest
