// SPDX-License-Identifier: Apache-2.0
//
// What the log of a failed build says about tools, headers, libraries and downloads that nobody declared. It
// reads a text and looks for a name in this machine's folders; it changes nothing and judges nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract::build {

// One line of a log that says what was missing. Of a file nothing is known but that. The kinds in front of it
// are known to an observed build alone.
struct Clue {
    enum class Kind { program, header, library, network, package, module, file };
    Kind kind = Kind::program;
    std::string name;        // "python3", "zlib.h", "z"; empty for network
    std::string line;        // of the log, as it is
    std::size_t number = 0;  // of the line, the first is 0
    friend bool operator==(const Clue&, const Clue&) = default;
};

// Of a readable log (log_text.hpp). The one nearest to its end comes first, each thing once, three at most.
std::vector<Clue> clues_in(std::string_view log);

// Where this machine has it: a program on `path` (a PATH), a header or a library in the usual folders.
std::optional<std::string> find_on_machine(const Clue& clue, const std::string& path);

}  // namespace contract::build
