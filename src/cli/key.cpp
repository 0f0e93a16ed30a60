// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/copy/key_file.hpp"
#include "contract/os/machine.hpp"
#include "planning.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

std::string key_file(const std::string& name) {
    return path::join(path::join(os::configuration_directory(), "keys"), name);
}

int make(const std::string& name, const Arguments& arguments) {
    const std::string file = key_file(name);
    const auto key = copy::create_key(file, name);
    if (!key) return tell(key.error(), arguments);
    const std::string text = fmt::format(
        "wrote {}: whoever reads it can sign as you\n\n"
        "to sign with it, write into {}:\n\n[keys]\nsigning = {}\n\n"
        "whoever is to take what you sign writes into theirs:\n\n[keys]\ntrusted = [{}]\n",
        harmless(file), harmless(path::join(os::configuration_directory(), "config.toml")), quoted(file),
        quoted(key->text()));
    return print(text) ? core::exit_status::passed : core::exit_status::internal;
}

int show(const std::string& name, const Arguments& arguments) {
    const auto key = copy::load_key(key_file(name));
    if (!key) return tell(key.error(), arguments);
    return print(key->public_key().text() + "\n") ? core::exit_status::passed : core::exit_status::internal;
}

int run_key(const Arguments& arguments) {
    const auto& given = arguments.positionals;
    const bool is_new = given.front() == "new";
    if (given.size() != 2 || (!is_new && given.front() != "show"))
        return wrong_usage("'contract key' takes `new NAME` or `show NAME`");
    // It becomes the name of a file.
    if (!is_key_name(given[1]))
        return wrong_usage(
            fmt::format("'{}' is no name of a key: letters, digits, '.', '_' and '-'", harmless(given[1])));
    return is_new ? make(given[1], arguments) : show(given[1], arguments);
}

}  // namespace

const CommandSpec& key_command() {
    static const CommandSpec command{
        "key",
        "make a key that signs results, or show its public half",
        "`contract key new NAME` makes a secret key in your configuration, readable for you alone, and says "
        "what to write into config.toml. `contract key show NAME` prints the public key, which others trust. "
        "A name such as ci.example.org-1 tells them whose it is.",
        {"ACTION", "new NAME, or show NAME", true, true},
        {},
        run_key};
    return command;
}

}  // namespace contract::cli
