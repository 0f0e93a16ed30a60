// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <utility>

#include "contract/base/text.hpp"
#include "contract/core/stage.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/os/process.hpp"
#include "contract/pipeline/load.hpp"
#include "progress.hpp"

namespace contract::cli {

namespace {

std::atomic<int> caught_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);  // the handler may only touch such

void note_signal(int number) {
    caught_signal.store(number);
    ::signal(number, SIG_DFL);
}

bool is_set(const std::string& name) {
    const auto value = os::environment_variable(name);
    return value && !value->empty() && *value != "0";
}

// `contract log | head` has all that it wants; on a full disk something is missing.
bool is_reader_gone(int fd) {
    pollfd one{fd, POLLOUT, 0};
    return ::poll(&one, 1, 0) == 1 && (one.revents & POLLERR) != 0;
}

void tell_once(const Error& error) {
    static bool told = false;
    if (std::exchange(told, true)) return;
    std::string text = "contract: " + error.message + "\n";
    for (const auto& help : error.help) text += "help: " + help + "\n";
    print_message(text);
}

}  // namespace

int wrong_usage(std::string_view message) {
    print_message(fmt::format("contract: {}\n", message));
    return core::exit_status::usage;
}

std::optional<std::string> contract_directory(const Arguments& arguments) {
    const std::string start = arguments.value("--directory").value_or(".");
    auto found = pipeline::find_contract_directory(start);
    if (!found) {
        const auto real = os::real_path(start);
        wrong_usage(
            fmt::format("there is no contract.toml in '{}' or above it\n"
                        "help: write one (contract.toml(5) shows how), or name the directory with -C",
                        harmless(real ? *real : start)));
    }
    return found;
}

report::Style style_for(const Arguments& arguments, int fd) {
    report::Style style;
    style.width = os::is_terminal(fd) ? os::terminal_width(fd) : 100;
    const std::string when = arguments.value("--color").value_or("auto");
    if (when == "always" || when == "never")
        style.color = when == "always";
    else if (is_set("NO_COLOR"))
        style.color = false;
    else if (is_set("CLICOLOR_FORCE") || is_set("FORCE_COLOR"))
        style.color = true;
    else
        style.color = os::is_terminal(fd) && os::environment_variable("TERM").value_or("dumb") != "dumb";
    return style;
}

bool print(std::string_view text) {
    end_progress();
    const auto written = os::write_all(STDOUT_FILENO, text, "standard output");
    if (!written && !is_reader_gone(STDOUT_FILENO)) tell_once(written.error());
    return static_cast<bool>(written);
}

void print_message(std::string_view text) {
    end_progress();
    // Nobody is left to tell when stderr is gone.
    (void)os::write_all(STDERR_FILENO, text, "standard error");
}

int print_findings(const std::vector<core::Finding>& findings, const Sources& sources,
                   const Arguments& arguments) {
    int status = core::exit_status::passed;
    const auto style = style_for(arguments, STDERR_FILENO);
    for (const auto& finding : findings) {
        print_message(report::human(finding, sources, style) + "\n");
        if (finding.severity != core::Severity::error) continue;
        status |= core::exit_status::bit(finding.stage);
        if (finding.blame == Blame::internal) status |= core::exit_status::internal;
    }
    return status;
}

std::function<bool()> interruption() {
    struct sigaction action {};
    action.sa_handler = note_signal;
    for (const int number : {SIGINT, SIGTERM}) ::sigaction(number, &action, nullptr);
    return [] { return caught_signal.load() != 0; };
}

int signal_caught() {
    return caught_signal.load();
}

int exit_status_after(int status) {
    const int number = signal_caught();
    return number == 0 ? status : core::exit_status::signalled + number;
}

Result<unsigned> number_option(const Arguments& arguments, std::string_view option, unsigned most,
                               unsigned otherwise) {
    const auto text = arguments.value(option);
    if (!text) return otherwise;
    unsigned number = 0;
    const auto result = std::from_chars(text->data(), text->data() + text->size(), number);
    if (result.ec != std::errc() || result.ptr != text->data() + text->size() || number == 0 || number > most)
        return Error{
            "usage",
            fmt::format("{} takes a whole number from 1 to {}, not '{}'", option, most, harmless(*text)),
            Blame::declaration,
            {},
            {},
            {}};
    return number;
}

}  // namespace contract::cli
