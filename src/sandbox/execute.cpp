// SPDX-License-Identifier: Apache-2.0
#include "execute.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "contract/base/text.hpp"
#include "record.hpp"

namespace contract::sandbox {

namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (auto& text : strings) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// Counted is what a process may write to and shares with nobody, used or not; address space that is reserved
// without access, as some runtimes do by the terabyte, is not.
void limit_memory(rlim_t most) {
    rlimit now{};
    if (::getrlimit(RLIMIT_DATA, &now) != 0) give_up(Step::limits, "");
    now.rlim_cur = now.rlim_max = std::min(now.rlim_max, most);
    if (::setrlimit(RLIMIT_DATA, &now) != 0) give_up(Step::limits, "");
}

}  // namespace

int execute(const Setup& setup) {
    auto arguments = setup.command;
    std::vector<std::string> variables;
    for (const auto& [name, value] : setup.environment) variables.push_back(name + "=" + value);
    auto argument_pointers = pointers(arguments);
    auto variable_pointers = pointers(variables);

    std::vector<std::string> candidates = {setup.command[0]};
    if (setup.command[0].find('/') == std::string::npos) {
        candidates.clear();
        const auto path = setup.environment.find("PATH");
        if (path != setup.environment.end())
            for (const auto& folder : split(path->second, ':'))
                candidates.push_back(folder + "/" + setup.command[0]);
    }
    if (setup.most_memory != 0) limit_memory(setup.most_memory);
    int error = ENOENT;
    for (const auto& candidate : candidates) {
        ::execve(candidate.c_str(), argument_pointers.data(), variable_pointers.data());
        if (errno != ENOENT && errno != ENOTDIR) error = errno;
    }
    return error;
}

}  // namespace contract::sandbox
