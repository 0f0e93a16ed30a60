// SPDX-License-Identifier: Apache-2.0
#include "trusted.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/lock.hpp"
#include "contract/os/machine.hpp"

namespace contract::cli {

namespace {

std::string list_file() {
    return path::join(os::configuration_directory(), "trusted");
}

Result<std::vector<std::string>> read_list() {
    TRY_ASSIGN(const auto text, os::read_file_if_any(list_file(), 1 << 20));
    auto lines = split(text.value_or(""), '\n');
    std::erase(lines, "");
    return lines;
}

}  // namespace

Result<bool> is_trusted(const std::string& directory) {
    TRY_ASSIGN(const auto lines, read_list());
    return std::find(lines.begin(), lines.end(), directory) != lines.end();
}

Result<> set_trusted(const std::string& directory, bool trusted) {
    if (directory.find('\n') != std::string::npos)
        return Error{"system",
                     "a directory with a line break in its name cannot be trusted",
                     Blame::environment,
                     {},
                     {},
                     {}};
    TRY(os::make_directories(os::configuration_directory(), 0700));
    TRY_ASSIGN(const auto held, os::FileLock::take(list_file() + ".lock", os::FileLock::Wait::forever));
    TRY_ASSIGN(auto lines, read_list());
    std::erase(lines, directory);
    if (trusted) lines.push_back(directory);
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return os::replace_file(list_file(), text, 0600);
}

}  // namespace contract::cli
