// SPDX-License-Identifier: Apache-2.0
//
// Modules made by chance, always the same from one seed, and what a host makes of them as one text. Few names
// and few values, so that a third of them conflict at least.
#pragma once

#include <random>
#include <set>

#include "module_host.hpp"

namespace contract::test {

inline constexpr unsigned rounds = 300;
inline constexpr std::size_t scalars = 5;

// Declarations in the first module, definitions in the others.
class Chance {
public:
    explicit Chance(unsigned seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return engine_() % bound; }

    std::vector<std::string> modules() {
        std::vector<std::string> out{declarations()};
        const std::size_t number = 2 + below(3);
        for (std::size_t i = 0; i < number; ++i) out.push_back(definitions());
        return out;
    }

    std::string definition() {
        const std::string value = std::to_string(below(3));
        switch (below(4)) {
            case 0: return "m.k" + std::to_string(below(3)) + " = " + value;
            case 1: return "u = [" + value + ", " + std::to_string(below(9)) + "]";
            case 2: return "e.n" + std::to_string(below(3)) + ".f = " + value;
            default: return "s" + std::to_string(below(scalars)) + " = " + value;
        }
    }

private:
    static std::string declarations() {
        std::string out = option("m", "map(int)", "default = { k0 = 7 }") +
                          option("u", "set(int)", "default = []") +
                          option("e.<name>.f", "int", "default = 5");
        for (std::size_t i = 0; i < scalars; ++i)
            out += option("s" + std::to_string(i), "int", "default = 9");
        return out;
    }
    std::string definitions() {
        std::string out;
        const std::size_t number = 1 + below(4);
        for (std::size_t i = 0; i < number; ++i) {
            const std::size_t priority = below(6);
            out += set(priority == 0   ? forced
                       : priority == 1 ? weak
                                       : std::string(),
                       "values." + definition());
        }
        return out;
    }

    std::mt19937 engine_;  // the same numbers everywhere, unlike the distributions of the library
};

inline const std::string everything =
    "toJson([config.s0, config.s1, config.s2, config.s3, config.s4]) + toJson(config.m) + toJson(config.u) + "
    "toJson(config.e)";

// What is wrong, without the places, which are told in the order of the files, and without what is only
// warned of, such as a condition that is never true.
inline std::string essence(ModuleHost host) {
    const auto evaluated = host.run();
    if (!evaluated.plan.hosts.empty())
        return std::get<core::FileText>(evaluated.plan.hosts[0].generation.entries.at(0).content).bytes;
    std::set<std::string> messages;
    for (const auto& finding : evaluated.result.findings)
        if (finding.severity == core::Severity::error) messages.insert(finding.message);
    std::string out;
    for (const auto& message : messages) out += message + "\n";
    return out;
}

inline bool is_conflict(const std::string& essence) {
    return essence.find("conflicting") != std::string::npos;
}

}  // namespace contract::test
