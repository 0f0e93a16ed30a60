// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <array>
#include <ctime>

#include "amounts.hpp"
#include "contract/base/line.hpp"
#include "contract/os/machine.hpp"
#include "contract/pipeline/garbage.hpp"
#include "request.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array gc_options = std::to_array<OptionSpec>({
    {"--older-than", "", "AGE", "remove only what was not used for AGE: 12h, 30d, 4w", false},
    {"--max", "", "SIZE",
     "remove no more than needed to bring the store down to SIZE (500M, 20G), what was used longest ago "
     "first",
     false},
    {"--explain", "", "", "list every store path, and why it stays or goes", false},
    {"--dry-run", "", "", "say what would be removed, and remove nothing", false},
});

Result<pipeline::CollectRequest> request_from(const Arguments& arguments) {
    pipeline::CollectRequest request;
    request.dry_run = arguments.has("--dry-run");
    request.interrupted = interruption();
    if (const auto age = arguments.value("--older-than")) {
        request.unused_days = parse_days(*age);
        if (!request.unused_days)
            return usage_error("--older-than takes a number of hours, days or weeks (12h, 30d, 4w), not '" +
                               *age + "'");
    }
    if (const auto size = arguments.value("--max")) {
        request.most_bytes = parse_size(*size);
        if (!request.most_bytes) return usage_error("--max takes a size (500M, 20G), not '" + *size + "'");
    }
    return request;
}

std::string day_text(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

std::string explained(const store::GarbageItem& item) {
    const std::string why = item.removed ? "nothing keeps it" : harmless_line(item.kept_by);
    return fmt::format("{} {:>12}  used {}  {}: {}\n", item.removed ? "remove" : "keep  ",
                       size_text(item.bytes), day_text(item.used), item.path.base(), why);
}

std::string summary(const store::Garbage& garbage, bool dry_run) {
    std::size_t removed = 0;
    for (const auto& item : garbage.items)
        if (item.removed) ++removed;
    return fmt::format("{} {} store paths and {} files, {}; {} store paths stay, {}\n",
                       dry_run ? "would remove" : "removed", removed, garbage.blobs_removed,
                       size_text(garbage.bytes_removed), garbage.items.size() - removed,
                       size_text(garbage.bytes_kept));
}

std::string unknown(const store::Garbage& garbage) {
    if (garbage.unknown == 0) return {};
    return fmt::format(
        "{} of them stay because the index was made anew on {}, and who needs them is not known: run "
        "`contract check` "
        "in each repository that uses this store, then `contract gc --older-than 1d`\n",
        garbage.unknown, day_text(garbage.made_anew));
}

int run_gc(const Arguments& arguments) {
    const auto request = request_from(arguments);
    if (!request) return wrong_usage(request.error().message);
    auto store = store::Store::open(os::contract_home());
    auto collected =
        store ? pipeline::collect_garbage(*store, *request) : Result<pipeline::Collected>(store.error());
    if (!collected)
        return exit_status_after(
            print_findings({core::finding_from(core::Stage::build, "", collected.error())}, {}, arguments));
    std::string out;
    if (arguments.has("--explain")) {
        for (const auto& gone : collected->gone) out += "forget " + harmless_line(gone) + "\n";
        for (const auto& item : collected->garbage.items) out += explained(item);
    }
    if (!collected->garbage.interrupted)
        out += summary(collected->garbage, request->dry_run) + unknown(collected->garbage);
    return exit_status_after(print(out) ? core::exit_status::passed : core::exit_status::internal);
}

}  // namespace

const CommandSpec& gc_command() {
    static const CommandSpec command{"gc",
                                     "remove from the store what nothing refers to",
                                     "Removes what no target of a repository that was checked or built here "
                                     "names, and no link of `contract "
                                     "build --keep`. Builds may go on meanwhile: what they use stays.",
                                     {},
                                     gc_options,
                                     run_gc};
    return command;
}

}  // namespace contract::cli
