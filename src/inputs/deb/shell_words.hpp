// SPDX-License-Identifier: Apache-2.0
//
// The words of a shell script that can be told without running it: literal ones, and variables that were only
// ever given literal values. Everything else is unknown. Understands no more of the shell than that, and
// never fails: a script it cannot read has no commands in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract::inputs::deb {

struct ShellCommand {
    std::vector<std::optional<std::string>> words;  // none: not known
    std::string text;                               // as it stands in the script, for messages
};

// The simple commands of `script` in order, whatever branch they are in; those in a loop over literal words
// once for each.
std::vector<ShellCommand> shell_commands(std::string_view script);

}  // namespace contract::inputs::deb
