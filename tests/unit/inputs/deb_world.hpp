// SPDX-License-Identifier: Apache-2.0
//
// A store, a contract directory and the archive of the test, for one test of deb inputs.
#pragma once

#include <string>
#include <vector>

#include "contract/inputs/inputs.hpp"
#include "debian_archive.hpp"

namespace contract::test {

inline core::Texts texts(const std::vector<std::string>& values) {
    core::Texts out;
    for (const auto& value : values) out.push_back({value, {}});
    return out;
}

struct DebWorld {
    const DebianArchive& archive = DebianArchive::get();
    TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    inputs::Context context{store, temporary / "contract"};

    DebWorld() {
        os::make_directories(context.contract_directory).value();
        context.jobs = 4;
        place(archive.file("ok"));
    }

    // Where the archive "test" is.
    void place(const std::string& mirror, const std::string& snapshot = "",
               const std::string& key = "archive.gpg") {
        auto& known = context.configuration.archives["test"];
        known.place.mirrors = {mirror};
        known.place.snapshot.reset();
        if (!snapshot.empty()) known.place.snapshot = snapshot;
        known.keys = archive.key(key);
    }

    static core::DebSource source(const std::vector<std::string>& packages) {
        core::DebSource source;
        source.packages = texts(packages);
        source.archive = core::Text{"test", {}};
        source.suites = texts({"stable"});
        source.essential = false;
        return source;
    }
    static core::Input input(core::DebSource source) {
        core::Input input;
        input.name = core::Text{"base", {}};
        input.source = std::move(source);
        return input;
    }

    inputs::Wish wish{{"x86_64-linux"}};

    Result<core::Pin> resolve(core::DebSource source) const {
        return inputs::resolve(input(std::move(source)), context, wish);
    }
    // The names of what was locked for amd64, "a=1.0 b=2.0", or the code of the error.
    std::string locked(core::DebSource source) const {
        const auto pin = resolve(std::move(source));
        if (!pin) return pin.error().code;
        std::vector<std::string> names;
        for (const auto& package : pin->packages.at("x86_64-linux"))
            names.push_back(package.name + "=" + package.version);
        return join(names, " ");
    }
    std::string locked(const std::vector<std::string>& packages) const { return locked(source(packages)); }

    static core::PlannedInput planned(const core::Pin& pin, core::DebSource source,
                                      const std::string& system = "x86_64-linux") {
        core::PlannedInput input;
        input.target = "inputs.base";
        input.kind = core::InputKind::deb;
        input.pin = pin;
        input.tree = pin.trees.at(system);
        input.source = std::move(source);
        return input;
    }
};

}  // namespace contract::test
