// SPDX-License-Identifier: Apache-2.0
//
// What holds of any modules, tried on some that are made by chance: always the same ones, from seeds that a
// failure shows.
#include <algorithm>
#include <set>

#include "chance_modules.hpp"

using namespace contract;
using namespace contract::test;

TEST_CASE("the order of modules changes no scalar, set, map or table, and no conflict") {
    unsigned conflicts = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        INFO("seed " << seed);
        auto modules = Chance(seed).modules();
        const std::string one = essence(ModuleHost(modules, everything));
        conflicts += is_conflict(one) ? 1 : 0;
        std::reverse(modules.begin() + 1, modules.end());
        CHECK(essence(ModuleHost(modules, everything)) == one);
        std::rotate(modules.begin(), modules.begin() + 1, modules.end());
        CHECK(essence(ModuleHost(modules, everything)) == one);
    }
    CHECK(conflicts >= rounds / 3);
    CHECK(conflicts <= rounds * 9 / 10);
}

TEST_CASE("a default changes nothing that somebody sets") {
    unsigned conflicts = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        INFO("seed " << seed);
        Chance chance(seed);
        auto modules = chance.modules();
        std::string set_all;
        for (std::size_t i = 0; i < scalars; ++i) set_all += "s" + std::to_string(i) + " = 1\n";
        modules.push_back(config(set_all + "m = { k0 = 1, k1 = 1, k2 = 1 }\nu = [1]"));
        const std::string before = essence(ModuleHost(modules, everything));
        conflicts += is_conflict(before) ? 1 : 0;
        modules.push_back(set(weak, "values.s" + std::to_string(chance.below(scalars)) + " = 88\nvalues.m.k" +
                                        std::to_string(chance.below(3)) + " = 88\nvalues.u = [88]"));
        CHECK(essence(ModuleHost(modules, everything)) == before);
    }
    CHECK(conflicts >= rounds / 3);
}

TEST_CASE("what stands under a false condition changes nothing") {
    unsigned conflicts = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        INFO("seed " << seed);
        Chance chance(seed);
        auto modules = chance.modules();
        const std::string before = essence(ModuleHost(modules, everything));
        conflicts += is_conflict(before) ? 1 : 0;
        const std::string head = "when = \"" +
                                 std::string(chance.below(2) == 0 ? "false" : "host.name == ''") + "\"" +
                                 (chance.below(2) == 0 ? "\n" + forced : "");
        modules.push_back(set(head, "values." + chance.definition()));
        modules.push_back(set(head + "\nreplace = [\"m\"]\nunset = [\"u\"]", "values.m.k1 = 5"));
        CHECK(essence(ModuleHost(modules, everything)) == before);
    }
    CHECK(conflicts >= rounds / 3);
}

TEST_CASE("evaluation opens the modules that are named, each once, and nothing else") {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        INFO("seed " << seed);
        Chance chance(seed);
        auto modules = chance.modules();
        const std::size_t number = modules.size();
        // Each imports one that comes later, and itself; one stands there and is not named.
        std::set<std::string> named;
        for (std::size_t i = 0; i < number; ++i) {
            const std::string other = ModuleHost::name(i + chance.below(number - i));
            modules[i] =
                "[module]\nimports = [\"./" + other + "\", \"./" + ModuleHost::name(i) + "\"]\n" + modules[i];
            named.insert("read " + ModuleHost::name(i));
        }
        ModuleHost host(modules, everything);
        host.files.tracked["unnamed.toml"] = "@";
        host.run();
        const auto& accesses = host.files.accesses;
        CHECK(std::set<std::string>(accesses.begin(), accesses.end()) == named);
        CHECK(accesses.size() == named.size());
    }
}
