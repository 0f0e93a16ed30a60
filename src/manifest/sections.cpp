// SPDX-License-Identifier: Apache-2.0
#include "sections.hpp"

#include "contract/base/text.hpp"
#include "contract/manifest/host_name.hpp"
#include "forms.hpp"
#include "input_sources.hpp"

namespace contract::manifest {

std::vector<Member> members_of(Table& root, std::string_view section, std::string example) {
    std::vector<Member> members;
    const auto* entry = root.take(section);
    if (entry == nullptr) return members;
    const auto* map = entry->value.map();
    if (map == nullptr) {
        if (example.empty()) example = "write a table for each: [" + std::string(section) + ".NAME]";
        wrong_type(root.mistakes(), std::string(section), entry->value, "a table")
            .help.push_back(std::move(example));
        return members;
    }
    for (const auto& member : *map)
        members.push_back({&member, std::string(section) + "." + member.key.value});
    return members;
}

void check_member_name(Mistakes& mistakes, const Member& member) {
    const auto& key = member.entry->key;
    if (member.target.starts_with("hosts.") && is_host_range(key.value)) {
        check_host_name(mistakes, key);
    } else if (!is_name(key.value)) {
        mistakes.add("bad-value", "'" + key.value + "' is no name", key.where, "not a name")
            .help.emplace_back(
                "names start with a letter or digit, have letters, digits, '_' and '-', "
                "and are at most 64 characters long");
    }
}

const core::Map* table_of(Mistakes& mistakes, const Member& member) {
    check_member_name(mistakes, member);
    const auto* map = member.entry->value.map();
    if (map == nullptr) wrong_type(mistakes, member.target, member.entry->value, "a table");
    return map;
}

namespace {

void check_format(Table& table, const core::Entry& entry, core::ContractHeader& header) {
    auto& mistakes = table.mistakes();
    const auto* value = entry.value.integer();
    if (value == nullptr) {
        wrong_type(mistakes, "contract.format", entry.value, "an integer");
        return;
    }
    header.format = {*value, entry.value.where};
    if (*value == 1) return;
    if (*value < 1) {
        mistakes
            .add("bad-value", "'contract.format' is " + std::to_string(*value), entry.value.where,
                 "there is no such format")
            .help.emplace_back("write: format = 1");
        return;
    }
    mistakes
        .add("unsupported-format",
             "the contract has format " + std::to_string(*value) + ", and " + this_program() +
                 " reads format 1",
             entry.value.where, "a newer format")
        .help.emplace_back("use a newer version of contract");
}

void check_requires(Table& table, core::ContractHeader& header) {
    header.requires_version = table.text("requires");
    if (!header.requires_version) return;
    const auto& requirement = *header.requires_version;
    const auto verdict = satisfies(CONTRACT_VERSION, requirement.value);
    if (!verdict)
        table.mistakes()
            .add("bad-value", "'contract.requires' is '" + requirement.value + "'", requirement.where,
                 "not a condition on a version")
            .help.emplace_back("write: requires = \">= 0.1\", with conditions separated by commas");
    else if (!*verdict)
        table.mistakes()
            .add("requires",
                 "the contract requires contract " + requirement.value + ", and this is " + this_program(),
                 requirement.where, "not this version")
            .help.emplace_back("install a version of contract that fits");
}

}  // namespace

Verdict read_contract(Table& root, core::ContractHeader& header) {
    Mistakes& mistakes = root.mistakes();
    const auto* entry = root.take("contract");
    if (entry == nullptr) {
        auto& finding = mistakes.add("missing-key", "there is no [contract] table", root.where(),
                                     "[contract] is missing");
        finding.help.emplace_back(
            "start the file with: [contract], format = 1 and name = \"…\", each on its line");
        return Verdict::bad;
    }
    const auto* map = entry->value.map();
    if (map == nullptr) {
        wrong_type(mistakes, "contract", entry->value, "a table").help.emplace_back("write: [contract]");
        return Verdict::bad;
    }
    Table table(mistakes, root.shape_at("contract"), "contract", *map, entry->value.where);
    const auto before = mistakes.count();
    if (const auto* format = table.need("format", "format = 1")) check_format(table, *format, header);
    // A file for another version has keys that this one cannot judge.
    if (header.format.value > 1) return Verdict::another_version;
    const auto before_requires = mistakes.count();
    check_requires(table, header);
    if (header.requires_version && mistakes.count() > before_requires) return Verdict::another_version;
    if (auto name = table.need_text("name", "name = \"…\"")) {
        if (is_name(name->value))
            header.name = std::move(*name);
        else
            mistakes.add("bad-value", "'contract.name' is '" + name->value + "'", name->where, "not a name")
                .help.emplace_back(
                    "names start with a letter or digit, have letters, digits, '_' and '-', "
                    "and are at most 64 characters long");
    }
    header.description = table.text("description");
    header.systems = table.systems("systems").value_or(core::Texts{});
    header.min_age_seconds = read_age(table);
    header.sandbox = table.choice("sandbox");
    table.finish();
    return mistakes.count() == before ? Verdict::good : Verdict::bad;
}

}  // namespace contract::manifest
