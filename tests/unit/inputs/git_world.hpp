// SPDX-License-Identifier: Apache-2.0
//
// What tests of git inputs share: a repository, a store and a contract directory beside it.
#pragma once

#include "contract/inputs/inputs.hpp"
#include "git_repository.hpp"
#include "temporary.hpp"

namespace contract::test {

inline core::Text text(const std::string& value) {
    return core::Text{value, {}};
}

inline core::Input git_input(const std::string& url, const std::string& ref = "", const std::string& rev = "",
                             const std::string& subdir = "") {
    core::GitSource source;
    source.url = text(url);
    if (!ref.empty()) source.ref = text(ref);
    if (!rev.empty()) source.rev = text(rev);
    if (!subdir.empty()) source.subdir = text(subdir);
    core::Input input;
    input.name = text("data");
    input.source = source;
    return input;
}

inline core::PlannedInput planned(const std::string& url, const core::Pin& pin, const std::string& ref = "",
                                  const std::string& subdir = "") {
    core::PlannedInput input;
    input.target = "inputs.data";
    input.url = url;
    input.ref = ref;
    input.subdir = subdir;
    input.pin = pin;
    input.tree = pin.tree;
    return input;
}

// A store and a contract directory, with a repository beside it.
struct GitWorld {
    TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    inputs::Context context{store, temporary / "contract", false};
    GitRepository made{temporary / "source"};
    std::string first, second;

    GitWorld() {
        made.write("README", "hello");
        made.write("empty", "");
        made.write("tools/run", "#!/bin/sh\n", 0755);
        made.write("tools/größe/ü", "ö");
        made.symlink("../README", "tools/link");
        first = made.commit();
        made.tag("light");
        made.annotated_tag("v1");
        made.write("README", "changed");
        second = made.commit();
    }

    std::string code_of(const core::Input& input) const {
        const auto pin = inputs::resolve(input, context);
        return pin ? "" : pin.error().code;
    }
};

}  // namespace contract::test
