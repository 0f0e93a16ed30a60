// SPDX-License-Identifier: Apache-2.0
#include "dead_links.hpp"

#include <algorithm>
#include <optional>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"

namespace contract::build {

namespace {

struct DeadLink {
    std::string link, target;
};

// One link leads to the next: the first that leaves the root is the one that is dead inside.
std::optional<DeadLink> dead_link_at(const core::Root& root, std::string file) {
    constexpr int as_many_as_the_kernel_follows = 40;
    for (int i = 0; i < as_many_as_the_kernel_follows; ++i) {
        const auto target = os::read_link(file);
        if (!target) return std::nullopt;
        auto full = path::normalise(path::join(path::parent(file), *target));
        if (!in_root(root, full)) return DeadLink{file, std::move(full)};
        file = std::move(full);
    }
    return std::nullopt;
}

void tell(core::Finding& finding, const core::Root& root, const DeadLink& dead, const std::string& folder) {
    finding.evidence.push_back({"dead-link",
                                "'" + harmless(dead.link) + "' is a link to '" + harmless(dead.target) +
                                    "' on this machine, and the root does not have that",
                                {{"path", dead.target}}});
    finding.help.push_back("add \"" + harmless(folder) + "\" to `host` of 'inputs." + root.input + "'");
}

}  // namespace

bool in_root(const core::Root& root, const std::string& file) {
    return std::any_of(root.folders.begin(), root.folders.end(),
                       [&](const std::string& folder) { return path::is_within(file, folder); });
}

void explain_dead_links(core::Finding& finding, const core::Root& root) {
    for (const auto& folder : root.folders)
        if (const auto dead = dead_link_at(root, folder)) tell(finding, root, *dead, dead->target);
}

bool explain_dead_link(core::Finding& finding, const core::Root& root, const std::string& file) {
    if (!in_root(root, file)) return false;
    const auto dead = dead_link_at(root, file);
    if (dead) tell(finding, root, *dead, path::parent(dead->target));
    return dead.has_value();
}

}  // namespace contract::build
