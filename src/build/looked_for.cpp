// SPDX-License-Identifier: Apache-2.0
#include "looked_for.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "contract/base/path.hpp"
#include "contract/core/store_path.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"

namespace contract::build {

namespace {

constexpr std::size_t at_most = 5;

// Each has its own place in them, or is of no interest in itself: caches of the loader, locales, time zones.
constexpr std::array machine_folders =
    std::to_array<std::string_view>({"/bin", "/build", "/etc", "/homeless", "/lib", "/lib32", "/lib64",
                                     "/libx32", "/run", "/sbin", "/tmp", "/usr", "/var"});

// Asked for by every run of a compiler or of Python, which do without.
constexpr std::array always_asked_for =
    std::to_array<std::string_view>({"sitecustomize.py", "stdc-predef.h", "usercustomize.py"});

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_library(std::string_view name) {
    return name.starts_with("lib") &&
           (ends_with_any(name, {".so", ".a"}) || name.find(".so.") != std::string_view::npos);
}

bool is_module(std::string_view path) {
    return path.ends_with(".py") && (path.find("/site-packages/") != std::string_view::npos ||
                                     path.find("/dist-packages/") != std::string_view::npos ||
                                     path.find("/python3") != std::string_view::npos);
}

std::optional<Clue::Kind> kind_of(const sandbox::LookUp& look_up) {
    const std::string name = path::name(look_up.path);
    const std::string folder = path::name(path::parent(look_up.path));
    if (std::find(always_asked_for.begin(), always_asked_for.end(), name) != always_asked_for.end())
        return std::nullopt;
    if (ends_with_any(name, {".h", ".hh", ".hpp", ".hxx"})) return Clue::Kind::header;
    if (is_library(name)) return Clue::Kind::library;
    if (name.ends_with(".pc")) return Clue::Kind::package;
    if (is_module(look_up.path)) return Clue::Kind::module;
    if (look_up.executed || folder == "bin" || folder == "sbin") return Clue::Kind::program;
    const bool ordinary =
        std::any_of(machine_folders.begin(), machine_folders.end(),
                    [&](std::string_view machine) { return path::is_within(look_up.path, machine); });
    if (ordinary || path::is_within(look_up.path, core::store_directory) || look_up.path == "/")
        return std::nullopt;
    return Clue::Kind::file;
}

// Folders are asked for on the way to what lies in them.
bool is_folder(const std::string& path) {
    const auto status = os::target_status(path);
    return status && *status && (*status)->type == os::FileType::directory;
}

std::optional<std::string> on_machine(Clue::Kind kind, const std::string& name, const std::string& asked,
                                      const std::string& path) {
    if (kind == Clue::Kind::program) return os::find_program(name, path);
    if (is_folder(asked)) return std::nullopt;
    if (os::exists(asked)) return asked;
    return find_on_machine(Clue{kind, name, {}}, path);
}

// All look-ups of one name: a compiler asks for a header in one folder after the other.
struct Group {
    bool found = false;
    bool executed = false;
    std::uint64_t last = 0;
    std::vector<std::string> paths;
};

}  // namespace

std::vector<LookedFor> looked_for(const sandbox::Observation& observation, const std::string& path) {
    std::map<std::pair<Clue::Kind, std::string>, Group> groups;
    for (const auto& look_up : observation.look_ups) {
        const auto kind = kind_of(look_up);
        if (!kind) continue;
        const std::string name = *kind == Clue::Kind::file ? look_up.path : path::name(look_up.path);
        Group& group = groups[{*kind, name}];
        group.found = group.found || look_up.found;
        group.executed = group.executed || look_up.executed;
        group.last = std::max(group.last, look_up.last);
        group.paths.push_back(look_up.path);
    }
    std::vector<std::pair<std::uint64_t, LookedFor>> ranked;
    for (const auto& [key, group] : groups) {
        if (group.found) continue;
        for (const auto& asked : group.paths) {
            auto found = on_machine(key.first, key.second, asked, path);
            if (!found) continue;
            ranked.emplace_back(group.last,
                                LookedFor{key.first, key.second, std::move(*found), group.executed});
            break;
        }
    }
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<LookedFor> result;
    for (auto& [last, one] : ranked)
        if (result.size() < at_most) result.push_back(std::move(one));
    return result;
}

}  // namespace contract::build
