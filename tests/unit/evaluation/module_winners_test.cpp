// SPDX-License-Identifier: Apache-2.0
//
// What `contract show` says of a value is why it is the value: on modules made by chance, the definition that
// is told to have won says what the host got, nobody above it lost, and what decides a conflict is what the
// conflict told to write.
#include <algorithm>

#include "chance_modules.hpp"

using namespace contract;
using namespace contract::test;
using core::ConfigSource;
using core::ConfigValue;
using core::Fate;

namespace {

// As toJson writes it.
std::string json_of(const core::Value& value) {
    if (const auto* number = value.integer()) return std::to_string(*number);
    std::string out;
    if (const auto* list = value.list()) {
        for (const auto& item : *list) out += (out.empty() ? "" : ", ") + json_of(item);
        return "[" + out + "]";
    }
    for (const auto& entry : *value.map())
        out += (out.empty() ? "\"" : ", \"") + entry.key.value + "\": " + json_of(entry.value);
    return "{" + out + "}";
}

// A host that explains itself.
struct Explained {
    explicit Explained(const std::vector<std::string>& modules) : host(modules, everything) {
        host.parsed = manifest::parse_manifest("contract.toml", host.text);
        evaluated = evaluation::evaluate(
            {host.parsed.manifest, host.lock, host.system, host.files, nullptr, "hosts.web"});
    }

    std::vector<ConfigValue> values() const {
        std::vector<ConfigValue> out;
        for (const auto& value : evaluated.plan.hosts.at(0).config)
            if (std::string("emsu").find(value.shown[0]) != std::string::npos && is_ours(value.shown))
                out.push_back(value);
        return out;
    }
    std::string rendered() const {
        return std::get<core::FileText>(evaluated.plan.hosts.at(0).generation.entries.at(0).content).bytes;
    }
    std::string text_at(const Span& where) const {
        return host.files.tracked.at(where.file.text())
            .substr(where.begin_byte, where.end_byte - where.begin_byte);
    }

    ModuleHost host;
    evaluation::Evaluated evaluated;

private:
    static bool is_ours(const std::string& path) {
        return path == "m" || path == "u" || path.starts_with("e.n") ||
               (path.size() == 2 && path[0] == 's' && path[1] < '0' + static_cast<int>(scalars));
    }
};

bool has_part(const ConfigSource& source, const std::string& part) {
    return std::find(source.parts.begin(), source.parts.end(), part) != source.parts.end();
}

// `winners`: those that say what is there. They are of one priority, and every active one that has a say
// (`rivals`) and is none of them is below.
void check_priorities(const std::vector<const ConfigSource*>& winners,
                      const std::vector<const ConfigSource*>& rivals) {
    for (const auto* winner : winners) {
        CHECK(winner->fate == Fate::used);
        CHECK(winner->condition.empty());
        CHECK(winner->priority == winners[0]->priority);
    }
    for (const auto* rival : rivals) CHECK(rival->priority < winners.at(0)->priority);
}

void check_whole(const Explained& explained, const ConfigValue& value) {
    std::vector<const ConfigSource*> winners, rivals;
    for (const auto& source : value.sources) {
        if (source.fate == Fate::inactive) continue;
        (source.fate == Fate::used ? winners : rivals).push_back(&source);
    }
    CHECK(value.from_default == winners.empty());
    if (winners.empty()) CHECK(value.literal == value.default_literal);
    for (const auto* winner : winners) {
        CHECK(winner->value == value.literal);
        CHECK(explained.text_at(winner->where) == value.literal);
    }
    check_priorities(winners, rivals);
}

// Each module says one key of the map at a time.
void check_map(const ConfigValue& value) {
    for (const auto& entry : *value.value->map()) {
        INFO(entry.key.value);
        const std::string key = "{\"" + entry.key.value + "\": ";
        std::vector<const ConfigSource*> winners, rivals;
        for (const auto& source : value.sources) {
            if (source.fate == Fate::inactive || !source.value.starts_with(key)) continue;
            (has_part(source, entry.key.value) ? winners : rivals).push_back(&source);
        }
        const std::string item = json_of(entry.value);
        if (winners.empty()) CHECK(entry.key.value + "=" + item == "k0=7");  // the default
        for (const auto* winner : winners) CHECK(winner->value == key + item + "}");
        check_priorities(winners, rivals);
    }
}

void check_set(const Explained& explained, const ConfigValue& value) {
    std::vector<const ConfigSource*> all, rivals;
    for (const auto& source : value.sources) {
        if (source.fate == Fate::inactive) continue;
        (source.fate == Fate::used ? all : rivals).push_back(&source);
    }
    check_priorities(all, rivals);
    const auto& items = *value.value->list();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string part = "[" + std::to_string(i) + "]";
        const auto says = std::count_if(all.begin(), all.end(), [&](const auto* source) {
            const bool named = has_part(*source, part);
            if (named) CHECK(explained.text_at(source->where).find(json_of(items[i])) != std::string::npos);
            return named;
        });
        CHECK(says > 0);
    }
}

// What is explained is what the host got.
void check_rendered(const Explained& explained, const std::vector<ConfigValue>& values) {
    std::string scalar, map, set, entries;
    for (const auto& value : values) {
        const std::string json = json_of(value.value.value());
        if (value.shown == "m")
            map = json;
        else if (value.shown == "u")
            set = json;
        else if (value.shown[0] == 's')
            scalar += (scalar.empty() ? "" : ", ") + json;
        else
            entries += (entries.empty() ? "\"" : ", \"") + value.path.at(1) + "\": {\"f\": " + json + "}";
    }
    CHECK(explained.rendered() == "= [" + scalar + "]" + map + set + "{" + entries + "}");
}

void check_winners(const Explained& explained) {
    const auto values = explained.values();
    for (const auto& value : values) {
        INFO(value.shown);
        if (value.shown == "m")
            check_map(value);
        else if (value.shown == "u")
            check_set(explained, value);
        else
            check_whole(explained, value);
    }
    check_rendered(explained, values);
}

// A module that says what the conflicts say would decide them; empty: nothing does, they are forced already.
std::string decision(const Explained& explained) {
    std::string out;
    for (const auto& finding : explained.evaluated.result.findings) {
        if (finding.code != "evaluation.conflict") continue;
        const std::string& help = finding.help.at(0);
        const auto values = help.find("values.");
        if (values == std::string::npos) return "";
        out += set(help.find("\"force\"") == std::string::npos ? "" : forced, help.substr(values));
    }
    return out;
}

// Some say what they say under a condition that is false, whatever its priority.
std::string inactive(Chance& chance) {
    return set("when = \"host.name == 'other'\"\n" + (chance.below(2) == 0 ? forced : std::string()),
               "values." + chance.definition());
}

}  // namespace

TEST_CASE("the winner that is explained is the value, also where a conflict was decided") {
    unsigned conflicts = 0, decided = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        INFO("seed " << seed);
        Chance chance(seed);
        auto modules = chance.modules();
        modules[1 + chance.below(modules.size() - 1)] += inactive(chance);
        const Explained first(modules);
        if (!first.evaluated.plan.hosts.empty()) {
            check_winners(first);
            continue;
        }
        ++conflicts;
        const std::string decides = decision(first);
        if (decides.empty()) continue;
        ++decided;
        modules.push_back(decides);
        const Explained second(modules);
        REQUIRE_FALSE(second.evaluated.plan.hosts.empty());
        check_winners(second);
    }
    CHECK(conflicts >= rounds / 3);
    CHECK(conflicts <= rounds * 9 / 10);
    CHECK(decided >= conflicts / 2);
}
