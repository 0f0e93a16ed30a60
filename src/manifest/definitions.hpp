// SPDX-License-Identifier: Apache-2.0
//
// What a module file and the table of a host have in common: definitions of options, and what is asserted of
// them. The readers add to the module; a setting with a mistake is marked, anything else with one adds
// nothing.
#pragma once

#include "contract/core/manifest.hpp"
#include "table.hpp"

namespace contract::manifest {

// `config`, `set`, `assert` and `warn` of `table`.
void read_definitions(Table& table, core::Module& module);

// Calls read(table, item) for every table of the list of tables `key`, which people know as "set[0]", and
// appends the items that have no mistake; an item that can say that it is `broken` is kept. `example` is a
// header that would do.
template <typename Item, typename Read>
void read_elements(Table& above, std::string_view key, std::string_view example, std::vector<Item>& items,
                   Read read) {
    const auto* entry = above.take(key);
    if (entry == nullptr) return;
    auto& mistakes = above.mistakes();
    const auto path = above.path_of(key);
    const auto* list = entry->value.list();
    if (list == nullptr) {
        wrong_type(mistakes, path, entry->value, "a list of tables")
            .help.push_back("write a header for each: " + std::string(example));
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& element = (*list)[i];
        const auto name = path + "[" + std::to_string(i) + "]";
        const auto before = mistakes.count();
        Item item;
        if (element.map() == nullptr) {
            wrong_type(mistakes, name, element, "a table");
            continue;
        }
        item.where = element.where;
        Table table(mistakes, above.shape_at(key), name, *element.map(), element.where);
        read(table, item);
        table.finish();
        const bool good = mistakes.count() == before;
        if constexpr (requires { item.broken; }) item.broken = !good;
        if (good || requires { item.broken; }) items.push_back(std::move(item));
    }
}

// Whether a part of an option's path may be <word>: where options are declared, not where they are set.
enum class Placeholders { allowed, refused };
// Reports a path that is none; `path` names the key in the finding.
bool check_option(Mistakes& mistakes, const std::string& path, const core::Text& option,
                  Placeholders placeholders);

// The modules that `key` names: "./tls.toml", "modules.NAME", "inputs.NAME.modules.NAME". A path is relative
// to `folder`, which lies in the contract.
core::Texts read_modules(Table& table, std::string_view key, std::string_view folder);

}  // namespace contract::manifest
