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

// One line of a log that says what was missing. The last three kinds are known to an observed build alone.
struct Clue {
    enum class Kind { program, header, library, network, package, module, file };
    Kind kind = Kind::program;
    std::string name;  // "python3", "zlib.h", "z"; empty for network
    std::string line;  // of the log, as it is
    friend bool operator==(const Clue&, const Clue&) = default;
};

// In the order of the log, each thing once, eight at most.
std::vector<Clue> clues_in(std::string_view log);

// The last `count` lines, without the final line ending.
std::string last_lines(std::string_view log, std::size_t count);

// Where this machine has it: a program on `path` (a PATH), a header or a library in the usual folders.
std::optional<std::string> find_on_machine(const Clue& clue, const std::string& path);

}  // namespace contract::build
