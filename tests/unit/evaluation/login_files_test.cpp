// SPDX-License-Identifier: Apache-2.0
//
// The rendered files as their real readers take them: a shell, systemd's generator of environments.
#include "../../../src/evaluation/login_files.hpp"

#include <catch2/catch.hpp>

#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "temporary.hpp"

using namespace contract;
using namespace contract::evaluation;
using contract::test::TempDir;

namespace {

const std::map<std::string, std::string> hostile{{"BACKSLASH", R"(a\nb\\c)"},
                                                 {"BLANKS", "  two  words  "},
                                                 {"COMMAND", "$(touch evil)"},
                                                 {"DOLLARS", "$HOME ${HOME} $$ $"},
                                                 {"EMPTY", ""},
                                                 {"HASH", "a #b; c"},
                                                 {"QUOTES", R"(it's "so" `id`)"},
                                                 {"TILDE", "~root:~/x"},
                                                 {"UNICODE", "grüße 💡"}};

std::string lines_of(const std::map<std::string, std::string>& variables) {
    std::string out;
    for (const auto& [name, value] : variables) out += name + "=<" + value + ">\n";
    return out;
}

std::string shown_by_shell(const TempDir& directory, const std::string& before,
                           const std::map<std::string, std::string>& variables,
                           const std::string& more = "") {
    std::string script = before;
    for (const auto& entry : variables)
        script += "printf '%s=<%s>\\n' " + entry.first + " \"$" + entry.first + "\"\n";
    os::write_file(directory / "script", script + more).value();
    os::ProcessRequest request;
    request.command = {"/bin/sh", "-eu", directory / "script"};
    request.environment = {{"PATH", "/usr/bin:/bin"}};
    request.directory = directory.path();
    const auto result = os::run(request).value();
    INFO(result.errors);
    CHECK(result.succeeded());
    return result.output;
}

}  // namespace

TEST_CASE("a shell takes every value as it is, and nothing in it runs") {
    const TempDir directory;
    directory.write("profile.sh", render_profile({{}, hostile}));
    CHECK(shown_by_shell(directory, ". ./profile.sh\n", hostile) == lines_of(hostile));
    CHECK_FALSE(os::exists(directory / "evil"));
}

TEST_CASE("folders go in front of PATH in their order, once, and an empty PATH gets no empty part") {
    const TempDir directory;
    directory.write("profile.sh", render_profile({{"/first/bin", "/second/bin"}, {}}));
    const std::string read = ". ./profile.sh\n";
    const std::string show = "echo \"$PATH\"\n";
    CHECK(shown_by_shell(directory, "PATH=/usr/bin\n" + read + read, {}, show) ==
          "/first/bin:/second/bin:/usr/bin\n");
    CHECK(shown_by_shell(directory, "PATH=\n" + read, {}, show) == "/first/bin:/second/bin\n");
    CHECK(shown_by_shell(directory, "set +u; unset PATH\n" + read, {}, show) == "/first/bin:/second/bin\n");
}

TEST_CASE("systemd takes every variable of a login as it is") {
    const std::string generator =
        "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";
    if (!os::exists(generator)) {
        WARN("skipped: this machine has no " << generator);
        return;
    }
    const TempDir directory;
    // What it prints is read by a shell here, which would take a "~" that systemd leaves alone.
    auto variables = hostile;
    variables.erase("TILDE");
    directory.write("environment.d/contract.conf",
                    render_environment({{"/first/bin", "/second/bin"}, variables}));
    const std::string before = "PATH=/usr/bin:/bin HOME=/nowhere XDG_CONFIG_HOME=\"$PWD\" '" + generator +
                               "' > made\nset -a\n. ./made\n";
    const std::string shown = shown_by_shell(directory, before, variables, "echo \"$PATH\"\n");
    CHECK(shown.starts_with(lines_of(variables)));
    // This machine may have folders of its own in front.
    CHECK(shown.ends_with("/first/bin:/second/bin:/usr/bin:/bin\n"));
    CHECK_FALSE(os::exists(directory / "evil"));
}

TEST_CASE("modules and parameters of the kernel, one a line") {
    CHECK(render_kernel_modules({"br_netfilter", "nvme-tcp"}).ends_with("\nbr_netfilter\nnvme-tcp\n"));
    CHECK(render_sysctl({{"net.ipv4.tcp_rmem", "4096 131072 6291456"}, {"vm.swappiness", "10"}})
              .ends_with("\nnet.ipv4.tcp_rmem = 4096 131072 6291456\nvm.swappiness = 10\n"));
}
