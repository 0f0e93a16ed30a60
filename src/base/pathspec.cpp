// SPDX-License-Identifier: Apache-2.0
#include "contract/base/pathspec.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract {

namespace {

bool matches(const std::string& path, std::string pathspec) {
    if (pathspec.starts_with("./")) pathspec.erase(0, 2);
    while (pathspec.ends_with('/')) pathspec.pop_back();
    if (pathspec.empty() || pathspec == "." || path == pathspec || path.starts_with(pathspec + "/"))
        return true;
    // Without FNM_PATHNAME a star matches slashes too, as in git.
    return ::fnmatch(pathspec.c_str(), path.c_str(), 0) == 0;
}

bool matches_any(const std::string& path, const std::vector<std::string>& pathspecs) {
    return std::any_of(pathspecs.begin(), pathspecs.end(),
                       [&](const auto& spec) { return matches(path, spec); });
}

}  // namespace

Result<> check_pathspec(std::string_view pathspec) {
    std::string why;
    if (pathspec.empty()) why = "is empty";
    if (pathspec.starts_with(':')) why = "uses pathspec magic, which contract does not know";
    if (path::is_absolute(pathspec) || !path::is_within(pathspec, ".")) why = "leaves the source's directory";
    if (why.empty()) return {};
    return Error{
        "bad-pathspec", "the pathspec '" + harmless(pathspec) + "' " + why, Blame::declaration, {}, {}, {}};
}

bool is_selected(std::string_view path, const std::vector<std::string>& include,
                 const std::vector<std::string>& exclude) {
    if (include.empty() && exclude.empty()) return true;
    const std::string text(path);
    return (include.empty() || matches_any(text, include)) && !matches_any(text, exclude);
}

}  // namespace contract
