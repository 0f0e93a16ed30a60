// SPDX-License-Identifier: Apache-2.0
//
// What has to be done to a tree so that it holds a generation: for every path, what was last written, what is
// there and what is wanted decide one step. The Change is complete: `apply` executes these steps and nothing
// else. Every obstacle is found before anything is written; with one of them, there is nothing to apply.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/generation.hpp"
#include "tree.hpp"

namespace contract::activation {

// One entry of a generation, with its bytes at hand.
struct Wanted {
    std::string path;    // as declared
    Observed state;      // what it shall be: kind, mode, size, content, owner
    std::string bytes;   // regular: its bytes; symlink: its target
    std::string source;  // regular, instead of `bytes`: a file to copy
    core::OnCollision on_collision = core::OnCollision::refuse;
    core::OnModified on_modified = core::OnModified::refuse;
    std::size_t entry = 0;  // its index in the generation
};

// What an earlier generation left at a place.
struct Written {
    Observed state;
    std::optional<Observed> original;  // what was there before us; none: nothing
    std::string saved;                 // its copy in SavedOriginals; empty when it was never replaced
};
using LastWritten = std::map<std::string, Written>;  // by place

enum class Action {
    make_parent,  // a directory nobody declared, 0755 root:root
    create,       // nothing may be there
    replace,      // what is there is saved, exchanged, compared
    change_mode,  // of a directory: mode and owner
    adopt,        // it is there already, equal: nothing is written
    remove,       // of an earlier generation, wanted no more
    restore,      // the same, and the original comes back
    forget,       // of an earlier generation, and gone already
    keep,         // of an earlier generation, edited since or there before us: it stays and is nobody's
};
std::string_view word(Action action);

struct Step {
    Action action = Action::create;
    std::string place;
    Observed before;                    // what must be there: compared at the last moment
    Observed after;                     // what is there afterwards
    std::optional<std::size_t> wanted;  // index
    std::string saved;                  // restore: the original
    std::string note;                   // "deleted since it was written"
};

enum class Obstacle {
    collision,          // something that nobody of ours wrote is there
    modified,           // something of ours was edited
    symlinked_parent,   // an ancestor is a symlink
    parent_in_the_way,  // an ancestor is no directory
    same_place,         // two paths that are one file, through /bin → usr/bin
    unreadable,         // it could not be found out
};

struct Problem {
    Obstacle obstacle = Obstacle::collision;
    std::size_t wanted = 0;
    std::string place;   // where the obstacle is: the path, or its ancestor
    Observed actual;     // collision, modified
    std::string detail;  // unreadable: the reason; same_place: the other path
};

struct Change {
    std::vector<Step> steps;  // in the order they are executed
    std::vector<Problem> problems;
    bool writes() const;  // whether any step changes the tree
};

// Only looks. `wanted` has one entry per path.
Change decide(const Tree& tree, const std::vector<Wanted>& wanted, const LastWritten& last);

}  // namespace contract::activation
