// SPDX-License-Identifier: Apache-2.0
//
// core::Files over a map, with a record of every access: "evaluation reads only these files" is a test.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "contract/core/files.hpp"

namespace contract::test {

class FakeFiles : public core::Files {
public:
    std::map<std::string, std::string> tracked;  // path → bytes
    std::set<std::string> untracked;
    std::vector<std::string> accesses;  // "read a", "tree b"

    Result<std::string> read(std::string_view path) override {
        accesses.push_back("read " + std::string(path));
        const auto found = tracked.find(std::string(path));
        if (found != tracked.end()) return found->second;
        return missing(path);
    }

    Result<Digest> tree(std::string_view path, const std::vector<std::string>& include,
                        const std::vector<std::string>& exclude) override {
        accesses.push_back("tree " + std::string(path));
        const std::string folder = path == "." ? "" : std::string(path) + "/";
        std::string all;
        bool some = false;
        for (const auto& [name, bytes] : tracked) {
            if (name != path && name.compare(0, folder.size(), folder) != 0) continue;
            some = true;
            if (selected(name, include, exclude)) all += name + "\n" + bytes + "\n";
        }
        if (!some) return missing(path);
        if (all.empty())
            return Error{"empty-source",
                         "nothing of '" + std::string(path) + "' is selected",
                         Blame::declaration,
                         {},
                         {},
                         {}};
        return Digest::of(all);
    }

    Result<std::vector<std::string>> list(const std::vector<std::string>& pathspecs) override {
        accesses.push_back("list");
        std::vector<std::string> names;
        for (const auto& [name, bytes] : tracked)
            if (selected(name, pathspecs, {})) names.push_back(name);
        return names;
    }

    Result<Digest> tree_of(const std::vector<std::string>& files) override {
        accesses.push_back("tree of " + std::to_string(files.size()));
        std::string all;
        for (const auto& file : files) {
            const auto found = tracked.find(file);
            if (found == tracked.end()) return missing(file);
            all += file + "\n" + found->second + "\n";
        }
        return Digest::of(all);
    }

private:
    // Enough of a pathspec for tests: the end of a name.
    static bool ends(const std::string& name, const std::string& spec) {
        const std::string end = spec.substr(spec.find_first_not_of('*'));
        return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
    }
    static bool selected(const std::string& name, const std::vector<std::string>& include,
                         const std::vector<std::string>& exclude) {
        bool in = include.empty();
        for (const auto& spec : include) in = in || ends(name, spec);
        for (const auto& spec : exclude) in = in && !ends(name, spec);
        return in;
    }
    Error missing(std::string_view path) const {
        if (path.substr(0, 2) == "..")
            return {"path-outside", "'" + std::string(path) + "' is outside", Blame::declaration, {}, {}, {}};
        if (untracked.count(std::string(path)) != 0)
            return {"untracked-file",
                    "'" + std::string(path) + "' is not tracked",
                    Blame::declaration,
                    {},
                    {},
                    {"git add " + std::string(path)}};
        return {
            "missing-file", "there is no file '" + std::string(path) + "'", Blame::declaration, {}, {}, {}};
    }
};

}  // namespace contract::test
