// SPDX-License-Identifier: Apache-2.0
//
// From the modules that hosts name to the modules that these import, each loaded once by its identity. The
// only place of evaluation that reads module files.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "modules/module_set.hpp"
#include "state.hpp"

namespace contract::evaluation {

class ModuleLoader {
public:
    explicit ModuleLoader(State& state) : state_(state) {}

    struct Loaded {
        std::vector<LoadedModule> modules;
        bool incomplete = false;  // some module, or what it imports, could not be read
    };
    // What the tables of a host make of it, in merge order: the options of its class first, then the imports
    // of every module before the module itself, the tables of the host last. Mistakes go to `reports`.
    Loaded load(const std::vector<const core::Host*>& tables, const std::string& host_class,
                Reports& reports);
    // What `disable` of our modules names and no host imports; in the order of places.
    std::vector<const core::Text*> idle_disables() const;

private:
    struct File {
        core::Module module;
        bool usable = false;  // false: nothing of it is known
        bool broken = false;  // mistakes in it were reported
    };
    // Where a reference stands: its scope, and the folder that "./" starts at.
    struct Place {
        std::size_t scope = 0;
        std::string folder;
    };
    // A folder may be called as an input is: a module is one by its contract and its path there.
    using Key = std::pair<std::size_t, std::string>;
    struct Target {
        std::string identity;
        std::string shown;
        std::size_t scope = 0;
        std::string path;
        Key key() const { return {scope, path}; }
    };
    class Walk;

    std::optional<Target> find(const core::Text& reference, const Place& place, Reports& reports);
    std::optional<Target> exported(const core::Text& reference, std::size_t scope, const std::string& name,
                                   Reports& reports);
    std::optional<Target> of_input(const core::Text& reference, const Place& place, Reports& reports);
    const File& read(const Target& target, const core::Text& reference, Reports& reports);

    State& state_;
    std::map<Key, std::unique_ptr<File>> files_;
    std::map<const core::Text*, bool> disables_;  // of our modules; whether one took something away
};

}  // namespace contract::evaluation
