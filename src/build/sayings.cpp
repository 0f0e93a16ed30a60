// SPDX-License-Identifier: Apache-2.0
#include "sayings.hpp"

#include <algorithm>
#include <array>

#include "contract/base/text.hpp"
#include "log_text.hpp"

namespace contract::build {

namespace {

struct Saying {
    std::string_view text;
    std::string_view kind;
    std::string_view help;
};

constexpr std::string_view more_memory =
    "let it use less: fewer jobs (`--jobs`), or smaller ones; no `memory` bounds it";
constexpr std::string_view fewer_processes = "let it start fewer processes at once: a build may have 8192";

// The first that fits a line decides.
constexpr std::array sayings = std::to_array<Saying>({
    {"No space left on device", "disk",
     "make room on the disk of the store, or set CONTRACT_HOME to another one"},
    {"MemoryError", "memory", more_memory},
    {"Cannot allocate memory", "memory", more_memory},
    {"cannot allocate memory", "memory", more_memory},
    {"memory exhausted", "memory", more_memory},
    {"memory allocation of", "memory", more_memory},
    {"std::bad_alloc", "memory", more_memory},
    {"out of memory", "memory", more_memory},
    {"Out of memory", "memory", more_memory},
    {"can't start new thread", "memory", more_memory},
    {"Killed signal terminated program", "memory", more_memory},  // gcc, of its own compiler
    {"fork: Resource temporarily unavailable", "processes", fewer_processes},
    {"fork: retry", "processes", fewer_processes},
    {"Cannot fork", "processes", fewer_processes},
    {"can't fork", "processes", fewer_processes},
    {"Read-only file system", "read-only",
     "a build may write below $out, $TMPDIR and /tmp, and nowhere else"},
});

// A path that a tool merely prints is no complaint.
std::optional<Advice> home_advice(std::string_view line) {
    constexpr std::array failures = std::to_array<std::string_view>(
        {"EACCES", "ENOENT", "EROFS", "No such file", "Permission denied", "Read-only", "annot create",
         "mkdir", "no such file", "permission denied", "read-only"});
    const bool fails = std::any_of(failures.begin(), failures.end(),
                                   [&](std::string_view failure) { return contains(line, failure); });
    if (!contains(line, "/homeless") || !fails) return std::nullopt;
    return Advice{"home", std::string(trim(line)),
                  "a build has no home: set HOME in its command to a folder below $TMPDIR, or tell the tool "
                  "another folder"};
}

bool is_in_memory(std::string_view line) {
    return contains(line, "No space left on device") && contains(line, "/tmp");
}

}  // namespace

std::optional<Advice> saying_advice(std::string_view line) {
    if (auto advice = home_advice(line)) return advice;
    if (is_in_memory(line))
        return Advice{"disk", std::string(trim(line)),
                      "/tmp lies in memory: let it write its temporary files below $TMPDIR"};
    for (const auto& saying : sayings)
        if (contains(line, saying.text))
            return Advice{std::string(saying.kind), std::string(trim(line)), std::string(saying.help)};
    return std::nullopt;
}

}  // namespace contract::build
