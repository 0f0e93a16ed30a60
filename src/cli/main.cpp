// SPDX-License-Identifier: Apache-2.0
//
// One binary with three lives: the command line, the process that becomes a sandbox, and the process that
// observes for probes. The last two load nothing they do not need, so they are told apart before anything
// else. The second life has a small program of its own, which lies inside this one: see embedded_helper.hpp.
#include <fmt/core.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <exception>

#include "contract/activation/activation.hpp"
#include "contract/runtime/runtime.hpp"
#include "contract/sandbox/helper_image.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "embedded_helper.hpp"
#include "parse.hpp"
#include "session.hpp"

namespace {

#ifdef __GLIBC__
// A fault for each 4 KiB took half of the time of an unchanged check of 20,000 files. Address space for what
// most runs need is taken at once, and the kernel may fill it in pages of 2 MiB. Where it does not want to,
// nothing is lost.
void use_large_pages() {
    constexpr std::size_t space = std::size_t{64} << 20;
    constexpr std::uintptr_t large_page = std::uintptr_t{2} << 20;
    ::mallopt(M_TOP_PAD, static_cast<int>(space));
    void* volatile more = std::malloc(std::size_t{1} << 20);  // than the heap has: it grows
    std::free(more);
    const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0)) / large_page * large_page;
    ::madvise(reinterpret_cast<void*>(end - space), space, MADV_HUGEPAGE);
}
#endif

// What is freed stays with the process, which lives for a moment: to give pages back and get new ones costs
// more than reading and evaluating a large contract does otherwise.
void keep_memory() {
#ifdef __GLIBC__
    ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
    ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
    use_large_pages();
#endif
}

int run_command_line(int argc, char** argv) {
    using namespace contract::cli;
    const auto parsed = parse(argc, argv);
    if (const auto* shown = std::get_if<Shown>(&parsed))
        return print(shown->text) ? 0 : contract::core::exit_status::internal;
    if (const auto* wrong = std::get_if<WrongUsage>(&parsed)) {
        wrong_usage(fmt::format("{}\nhelp: {}", wrong->message, wrong->hint));
        return wrong->status;
    }
    const auto& invocation = std::get<Invocation>(parsed);
    return invocation.command->run(invocation.arguments);
}

}  // namespace

int main(int argc, char** argv) {
    if (contract::sandbox::is_helper(argc, argv))
        return contract::sandbox::helper_main(argc, argv, {contract::activation::rehearsal_builtin()});
    if (contract::runtime::is_observer(argc, argv)) return contract::runtime::observer_main();
    keep_memory();
    contract::sandbox::set_helper_image(contract::cli::embedded_helper());
    // A reader that goes away (`contract check | head`) shows as a failed write, not as a death without a
    // word.
    ::signal(SIGPIPE, SIG_IGN);
    try {
        return run_command_line(argc, argv);
    } catch (const std::exception& broken) {
        contract::cli::print_message(fmt::format(
            "contract: internal error: {}\nhelp: please report this with the command line\n", broken.what()));
        return contract::core::exit_status::internal;
    }
}
