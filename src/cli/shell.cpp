// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "entrance.hpp"
#include "request.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array shell_options = std::to_array<OptionSpec>({
    {"--jobs", "-j", "N", "build at most N targets at once; the number of processors unless given", false},
    {"--offline", "", "", "fetch nothing; an input that is not in the store is a finding", false},
    {"--trust", "", "", "enter it although `contract trust` was never said here", false},
});

// "default" unless a name is given, and what to run in it, if not a shell.
struct Wish {
    std::string name = "default";
    std::vector<std::string> command;
};

Wish wish_of(const Arguments& arguments) {
    Wish wish;
    wish.command = arguments.positionals;
    if (!arguments.separated && !wish.command.empty()) {
        wish.name = wish.command[0];
        wish.command.erase(wish.command.begin());
        if (!wish.command.empty() && wish.command[0] == "--") wish.command.erase(wish.command.begin());
    }
    constexpr std::string_view folder = "shells.";
    if (wish.name.starts_with(folder)) wish.name.erase(0, folder.size());
    return wish;
}

std::string single_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// A start-up file of the caller's may put folders of the machine in front of PATH: what is declared comes
// after it. The file lives as long as its descriptor, which the shell inherits.
std::vector<std::string> bash(const std::string& program, const Entrance& entrance,
                              const std::string& contract) {
    std::string text = "[ ! -e ~/.bashrc ] || . ~/.bashrc\n";
    for (const auto& [name, value] : entrance.environment)
        text += "export " + name + "=" + single_quoted(value) + "\n";
    text += "PS1=" + single_quoted("(" + contract + ") ") + "\"${PS1-}\"\n";
    auto file = os::memory_file("shell", text);
    if (!file || ::fcntl(file->get(), F_SETFD, 0) != 0) return {program};
    const int descriptor = file->release();
    return {program, "--rcfile", "/proc/self/fd/" + std::to_string(descriptor)};
}

// The caller's shell, if it is there inside, else /bin/sh.
std::vector<std::string> interactive(Entrance& entrance, const pipeline::Checked& checked) {
    const std::string wanted = os::environment_variable("SHELL").value_or("/bin/sh");
    std::string root;
    for (const auto& [target, output] : checked.outputs)
        if (entrance.root.kind == core::RootKind::tree && output.path == entrance.root.path)
            root = output.real_path;
    const bool there = path::is_absolute(wanted) && os::exists(root + wanted);
    const std::string program = there ? wanted : "/bin/sh";
    if (path::name(program) == "bash") return bash(program, entrance, checked.plan.contract);
    entrance.environment.emplace("PS1", "(" + checked.plan.contract + ") $ ");
    return {program};
}

Entrance entrance_of(const core::PlannedShell& shell, const Wish& wish, const pipeline::Checked& checked) {
    Entrance entrance{shell.root, shell.uses, shell.environment, wish.command};
    // Only what is declared is there; without anything that is nothing.
    entrance.environment.emplace("PATH", "/path-not-set");
    entrance.environment.emplace("CONTRACT_SHELL", checked.plan.contract + "/" + wish.name);
    if (entrance.command.empty()) entrance.command = interactive(entrance, checked);
    if (shell.enter.empty()) return entrance;
    std::vector<std::string> command{"/bin/sh", "-eu", "-c", shell.enter + "\nexec \"$@\"", "enter"};
    command.insert(command.end(), entrance.command.begin(), entrance.command.end());
    entrance.command = std::move(command);
    return entrance;
}

int run_shell(const Arguments& arguments) {
    const Signals signals;
    const auto directory = trusted_directory(arguments);
    if (!directory) return core::exit_status::not_started;
    const Wish wish = wish_of(arguments);
    auto request = build_request(arguments, *directory);
    if (!request) return not_started(request.error());
    request->stages = {core::Stage::evaluation, core::Stage::build};
    request->targets = {"shells." + wish.name};
    const auto checked = pipeline::check(*request);
    if (!checked.strangers.empty()) {
        unknown_targets(checked);
        return core::exit_status::not_started;
    }
    const auto* shell = find_target(checked.plan.shells, request->targets[0]);
    if (shell == nullptr || !is_ready(checked, shell->depends_on))
        return not_built(checked, request->targets[0], arguments);
    return become(entrance_of(*shell, wish, checked), checked, *request, signals);
}

}  // namespace

const CommandSpec& shell_command() {
    static const CommandSpec command{
        "shell",
        "enter a shell of the contract, or run something in it",
        "Builds what the shell needs if that was not done yet, runs its `enter` and becomes your own shell, "
        "or the "
        "command behind --. It has your user, network, terminal and files; its tools are those of its root "
        "and of "
        "what it uses, and PATH has nothing else. Needs trust. The exit status is that of the shell or the "
        "command, or 125 when it could not be started.",
        {"NAME", "a shell, `default` unless given; then -- and a command", false, false, true},
        shell_options,
        run_shell};
    return command;
}

}  // namespace contract::cli
