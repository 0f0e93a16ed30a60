// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the attacker share. An attack tries one thing and ends with 0 when it succeeded; with 1,
// and the reason on stdout, when it was refused; with 2 when it could not be tried.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace attack {

using Arguments = std::vector<std::string>;
struct Attack {
    std::size_t arguments;
    std::function<int(const Arguments&)> run;
};
using Attacks = std::map<std::string, Attack>;

Attacks on_files();
Attacks on_the_kernel();
Attacks on_processes();

inline int verdict(bool succeeded) {
    if (succeeded) return 0;
    std::printf("refused: %s\n", std::strerror(errno));
    return 1;
}

inline std::string contents(const std::string& path) {
    std::string text;
    if (std::FILE* file = std::fopen(path.c_str(), "r")) {
        char buffer[4096];
        while (const auto got = std::fread(buffer, 1, sizeof buffer, file)) text.append(buffer, got);
        std::fclose(file);
    }
    return text;
}

}  // namespace attack
