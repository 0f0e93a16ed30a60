// SPDX-License-Identifier: Apache-2.0
//
// users, groups and protected: what only a machine has.
#include <algorithm>

#include "contract/base/text.hpp"
#include "rendering.hpp"
#include "unit_file.hpp"

namespace contract::evaluation {

namespace {

UserLine user_line(const Declared& declared, const HostValues& values) {
    return {declared.key,        values.number("uid"), values.text("group"),  values.text("description"),
            values.text("home"), values.text("shell"), values.lines("groups")};
}

template <typename List>
void sort_by_name(List& list) {
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace

void render_accounts(Rendering& rendering) {
    std::vector<UserLine> users;
    std::vector<GroupLine> groups;
    const Declared* first = nullptr;
    for (const Declared& declared : rendering.entries) {
        const bool is_user = declared.group == "users";
        if (!is_user && declared.group != "groups") continue;
        HostValues values = rendering.values(declared);
        if (!is_account(declared.key)) {
            values.refuse("'" + harmless(declared.key) + "' is no name of a user or group", declared.where);
            continue;
        }
        auto& generation = rendering.out.generation;
        (is_user ? generation.users : generation.groups).push_back({declared.key, declared.where});
        if (is_user)
            users.push_back(user_line(declared, values));
        else
            groups.push_back({declared.key, values.number("gid")});
        if (first == nullptr || declared.where.begin_byte < first->where.begin_byte) first = &declared;
    }
    if (first == nullptr) return;
    sort_by_name(users);
    sort_by_name(groups);
    rendering.add_file("sysusers.d/contract.conf", first->group, first->where,
                       render_accounts(groups, users));
}

void render_protected(Rendering& rendering) {
    const Field* field = rendering.single.find("protected");
    if (field == nullptr) return;
    for (const auto& item : *field->value.as<expression::List>()) {
        const std::string& path = *item.as<std::string>();
        rendering.out.generation.agreed.push_back({path, field->where_of(path)});
    }
}

}  // namespace contract::evaluation
