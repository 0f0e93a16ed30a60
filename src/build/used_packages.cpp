// SPDX-License-Identifier: Apache-2.0
#include "used_packages.hpp"

#include <array>

#include "build_file.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "dead_links.hpp"
#include "started_file.hpp"

namespace contract::build {

namespace {

constexpr std::array folders = std::to_array<std::string_view>(
    {"bin", "usr/local/bin", "usr/bin", "sbin", "usr/sbin", "usr/local/sbin", "libexec"});

// What `uses` names, where that is all of what is used: a toolchain adds to it.
std::string name_of(const core::PlannedAction& action, std::size_t index) {
    if (action.declared_tools.size() == action.recipe.uses.size()) return action.declared_tools[index];
    return std::string(action.recipe.uses[index].name());
}

// Whether the sandbox has an interpreter: in its root, or in the store, where packages name each other.
bool is_inside(const std::string& program, const core::Root& root, const RealPath& real_path) {
    if (path::is_within(program, core::store_directory)) return true;
    if (root.kind == core::RootKind::host) return in_root(root, program) && os::exists(program);
    return root.kind == core::RootKind::tree &&
           os::exists(path::join(real_path(root.path), program.substr(program.find_first_not_of('/'))));
}

// What is in `bin` is in PATH: that it is not found has another reason.
void add_trouble(ElsewhereInPackage& found, const std::string& file, const core::Root& root,
                 const RealPath& real_path) {
    const auto real = os::real_path(file);
    const auto seen = real ? build_file_at(*real) : std::nullopt;
    const std::string place = "'" + harmless(found.place) + "'";
    if (!seen) {
        found.trouble = place + " is a link to what is not there";
        found.help = "let '" + found.package + "' have a file there";
        return;
    }
    if (!seen->executable) {
        found.trouble = place + " is not executable";
        found.help = "let '" + found.package + "' make it so: `chmod +x $out/" + harmless(found.place) + "`";
        return;
    }
    const auto interpreter = interpreter_of(*seen);
    if (!interpreter.empty() && is_inside(interpreter, root, real_path)) {
        found.trouble = place + " is there, and PATH does not lead there any more";
        found.help = "add to PATH and leave the rest of it: PATH=FOLDER:$PATH";
        return;
    }
    const auto advice = unstarted_file_advice(found.place, false, [&](const std::string&) { return seen; });
    found.trouble = advice.text;
    found.help = "correct '" + found.package + "': " + advice.help;
}

}  // namespace

std::optional<ElsewhereInPackage> find_in_packages(const core::PlannedAction& action,
                                                   const RealPath& real_path, const std::string& program) {
    if (!real_path) return std::nullopt;
    for (std::size_t index = 0; index < action.recipe.uses.size(); ++index) {
        const auto top = real_path(action.recipe.uses[index]);
        for (const auto folder : folders) {
            const auto place = path::join(folder, program);
            if (!os::exists(path::join(top, place))) continue;
            ElsewhereInPackage found{name_of(action, index), place, {}, {}};
            if (folder == "bin") add_trouble(found, path::join(top, place), action.recipe.root, real_path);
            return found;
        }
    }
    return std::nullopt;
}

}  // namespace contract::build
