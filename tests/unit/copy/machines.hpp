// SPDX-License-Identifier: Apache-2.0
//
// A store with results in it and a key that signs them, for the tests of this room.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "contract/copy/receive.hpp"
#include "contract/copy/send.hpp"
#include "contract/core/input_path.hpp"
#include "contract/os/file.hpp"
#include "temporary.hpp"

namespace contract::test {

class Machine {
public:
    explicit Machine(const std::string& key_name = "builder")
        : store(store::Store::open(directory / "home").value()), key(SecretKey::generate(key_name).value()) {}

    core::StorePath input(const std::string& name, const std::string& text) {
        directory.write(name + "/words.txt", text);
        const auto tree = store.import_tree(directory / name).value();
        const auto path = core::input_path(tree, name);
        store.ensure_path(path, tree).value();
        return path;
    }

    // Of an action of the same name, as built from a recipe nobody sees.
    store::ResultRow result(const std::string& name, const std::vector<core::StorePath>& references = {},
                            const std::string& text = "text\n") {
        directory.write("made/" + name + "/bin/" + name, "#!/bin/sh\necho " + text, 0755);
        directory.write("made/" + name + "/share/" + name + ".txt", text);
        directory.write("made/" + name + "/share/empty", "");
        os::make_symlink("../bin/" + name, directory / ("made/" + name + "/share/link")).value();
        store::ResultRow row;
        row.action = Digest::of(name);
        row.output = {Digest::of("recipe of " + name), name};
        row.tree = store.import_tree(directory / ("made/" + name)).value();
        row.references = references;
        row.duration_ms = 12;
        store.commit_result(row, "record of " + name).value();
        return row;
    }

    copy::Exporter exporter() const {
        return copy::Exporter::of(store, &key,
                                  [this](const std::string& record) {
                                      const auto found = roots.find(record);
                                      return found == roots.end() ? core::StorePath() : found->second;
                                  })
            .value();
    }

    Result<copy::Sent> send_to(const std::string& place, const std::vector<Digest>& actions,
                               const std::vector<core::StorePath>& paths = {}) const {
        TRY_ASSIGN(const auto destination, copy::open_destination(place));
        return copy::send(store, exporter(), *destination, actions, paths, {});
    }

    Result<copy::Received> take(copy::Source& source, const std::vector<copy::Wanted>& wanted,
                                const std::vector<PublicKey>& trusted) {
        return copy::receive(copy::Receiver{store, trusted}, source, wanted);
    }
    Result<copy::Received> take_from(const std::string& place, const std::vector<copy::Wanted>& wanted,
                                     const std::vector<PublicKey>& trusted) {
        TRY_ASSIGN(const auto source, copy::open_source(place));
        return take(*source, wanted, trusted);
    }

    // Nothing can be seen of what was refused.
    bool is_empty() const { return store.paths().value().empty() && store.results().value().empty(); }

    TempDir directory;
    store::Store store;
    SecretKey key;
    std::map<std::string, core::StorePath> roots;  // by the text of a record
};

inline std::string code_of(const auto& result) {
    return result ? "" : result.error().code;
}

}  // namespace contract::test
