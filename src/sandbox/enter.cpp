// SPDX-License-Identifier: Apache-2.0
#include "contract/sandbox/enter.hpp"

#include <unistd.h>

#include <cstring>

#include "contract/base/text.hpp"
#include "execute.hpp"
#include "identity.hpp"
#include "mounts.hpp"
#include "namespaces.hpp"
#include "refusal.hpp"

namespace contract::sandbox {

namespace {

Error not_entered(const Record& record) {
    Error error = refusal(record, machine_facts());
    if (error.code == "namespaces-refused") {
        error.message = "this machine does not let a root be entered: " + cause(record);
        error.notes.clear();
    } else if (record.step == Step::execute) {
        error.message = "'" + harmless(record.path) + "' cannot be started: " + std::strerror(record.error);
        error.notes.clear();
        error.help.clear();
        if (record.error == ENOENT)
            error.help.push_back(
                "the file is there, but not the interpreter or loader it names: the package "
                "needs a root that has it");
    } else if (record.step == Step::working_directory) {
        error.message = "the working directory '" + harmless(record.path) +
                        "' is not in the root: " + std::strerror(record.error);
        error.help = {"start it from another directory"};
    }
    return error;
}

}  // namespace

void enter(const Setup& setup, const std::function<void(const Error&)>& failed) {
    on_give_up([&](const Record& record) { failed(not_entered(record)); });
    const auto user = ::geteuid();
    const auto group = ::getegid();
    if (!setup.namespaces.empty()) {
        if (!unshare_into(setup.namespaces)) give_up(Step::create_namespaces, "");
        if (has(setup, Namespace::user)) map_self(user, group);
        NewRoot root(setup);
        root.open_sources();
        root.build();
        root.enter();
        if (::chdir(setup.working_directory.c_str()) != 0)
            give_up(Step::working_directory, setup.working_directory);
    }
    const int error = execute(setup);
    give_up(Step::execute, setup.command[0], error);
}

}  // namespace contract::sandbox
