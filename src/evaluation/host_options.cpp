// SPDX-License-Identifier: Apache-2.0
#include "host_options.hpp"

#include <array>

namespace contract::evaluation {

namespace {

using enum Classes;
using enum Limit;
constexpr bool is_required = true;

constexpr std::array options = std::to_array<HostOption>({
    {"files.<path>.text", "string", "", none, every, "the bytes of the file"},
    {"files.<path>.source", "string", "", none, every,
     "a tracked file \"./x\", or a file in a package \"${{ packages.p }}/share/x\""},
    {"files.<path>.symlink", "string", "", one_line, every,
     "the target of a symbolic link instead of a file"},
    {"files.<path>.mode", "string", "\"0644\"", mode, every, "permission bits, octal"},
    {"files.<path>.owner", "string", "\"root\"", account, linux_only, "the user that owns it"},
    {"files.<path>.group", "string", "\"root\"", account, linux_only, "the group that owns it"},
    {"files.<path>.on_collision", "enum(\"refuse\", \"save\")", "\"refuse\"", none, every,
     "what happens to a file that is already there: refuse to activate, or save it and put it back later"},
    {"files.<path>.on_modified", "enum(\"refuse\", \"save\", \"keep\")", "\"refuse\"", none, every,
     "what happens to the file when somebody edited it since it was written: refuse to activate, save the "
     "edited one and replace it, or keep it"},
    {"files.<path>.restart", "list(string)", "[]", unit_name, every,
     "units that are restarted when the file changes"},
    {"files.<path>.reload", "list(string)", "[]", unit_name, every,
     "units that are reloaded when the file changes"},

    {"directories.<path>.mode", "string", "\"0755\"", mode, every, "permission bits, octal"},
    {"directories.<path>.owner", "string", "\"root\"", account, linux_only, "the user that owns it"},
    {"directories.<path>.group", "string", "\"root\"", account, linux_only, "the group that owns it"},

    {"units.<name>.command", "list(string)", "", one_line, every,
     "the program and its arguments, no shell; the program is an absolute path", is_required},
    {"units.<name>.description", "string", "", one_line, every, "one line for people"},
    {"units.<name>.env", "map(string)", "{}", none, every, "environment variables"},
    {"units.<name>.user", "string", "", account, linux_only,
     "the user it runs as; root when nothing is said"},
    {"units.<name>.group", "string", "", account, linux_only, "the group it runs as"},
    {"units.<name>.directory", "string", "", one_line, every, "the working directory, absolute"},
    {"units.<name>.after", "list(string)", "[]", unit_name, every, "units that are started before this one"},
    {"units.<name>.wants", "list(string)", "[]", unit_name, every, "units that are started with this one"},
    {"units.<name>.requires", "list(string)", "[]", unit_name, every,
     "units that this one cannot run without"},
    {"units.<name>.restart",
     "enum(\"no\", \"always\", \"on-success\", \"on-failure\", \"on-abnormal\", \"on-watchdog\", "
     "\"on-abort\")",
     "\"no\"", none, every, "when the service manager starts it again"},
    {"units.<name>.type", "enum(\"simple\", \"oneshot\", \"notify\", \"exec\", \"forking\")", "\"simple\"",
     none, every, "when it counts as started"},
    {"units.<name>.enable", "optional(bool)", "", none, every,
     "started with the machine, or in a home with the login; unless given, true, and false for what a timer "
     "starts"},
    {"units.<name>.extra", "map(map(string))", "{}", none, every,
     "further settings of the unit file by section, in systemd's own syntax"},

    {"timers.<name>.calendar", "list(string)", "[]", one_line, every,
     "times of day and dates, as systemd.time(7) writes them: \"daily\", \"Mon 03:00\""},
    {"timers.<name>.after_boot", "string", "", one_line, every,
     "once, this long after the machine has started: \"5min\""},
    {"timers.<name>.every", "string", "", one_line, every,
     "again, this long after the unit was last started: \"1h\""},
    {"timers.<name>.delay", "string", "", one_line, every,
     "wait up to this long more, at random, so that not all hosts start at once"},
    {"timers.<name>.persistent", "bool", "false", none, every,
     "what was missed of the calendar while the machine was off is made up for"},
    {"timers.<name>.unit", "string", "", unit_name, every, "what it starts; the unit of its name"},
    {"timers.<name>.description", "string", "", one_line, every, "one line for people"},
    {"timers.<name>.enable", "bool", "true", none, every, "started with the machine"},
    {"timers.<name>.extra", "map(map(string))", "{}", none, every,
     "further settings of the unit file by section, in systemd's own syntax"},

    {"users.<name>.description", "string", "", one_line, linux_only, "the full name"},
    {"users.<name>.home", "path", "", one_line, linux_only, "the home directory, absolute"},
    {"users.<name>.shell", "path", "", one_line, linux_only, "the login shell, absolute"},
    {"users.<name>.uid", "int", "", account_number, linux_only,
     "the number of the user; the machine chooses when nothing is said"},
    {"users.<name>.group", "string", "", account, linux_only,
     "the primary group; one of the same name when nothing is said"},
    {"users.<name>.groups", "list(string)", "[]", account, linux_only, "other groups it is a member of"},
    {"groups.<name>.gid", "int", "", account_number, linux_only,
     "the number of the group; the machine chooses when nothing is said"},

    {"packages", "list(package)", "[]", none, every,
     "packages whose programs are on PATH, before those of the host; the first one wins"},
    {"environment", "map(string)", "{}", none, every, "variables of every login"},
    {"kernel.modules", "set(string)", "[]", kernel_module, linux_only,
     "modules that are loaded when the machine starts, and a probe for each that it is"},
    {"kernel.sysctl", "map(either(int, string))", "{}", none, linux_only,
     "parameters of the kernel, \"vm.swappiness\" = 10, and a probe for each that it holds"},

    {"secrets.<name>.path", "string", "", one_line, every,
     "where somebody else puts it: it has to be there at run time, and is never in the store", is_required},
    {"secrets.<name>.owner", "string", "\"root\"", account, linux_only, "the user that owns it"},
    {"secrets.<name>.mode", "string", "\"0400\"", mode, every, "its permission bits, octal"},
    {"protected", "set(path)", "[]", none, linux_only,
     "paths that decide who may use the host, which this host agrees to take over"},

    {"probes.<name>.kind", "string", "", none, every, "the kind of facts, see KINDS OF PROBES", is_required},
    {"probes.<name>.expect", "string", "", none, every,
     "an expression over the facts of the kind, which has a default"},
    {"probes.<name>.description", "string", "", none, every, "one line for people"},
    {"probes.<name>.uses", "list(package)", "[]", none, every,
     "packages whose programs a command finds first"},
    {"probes.<name>.hint", "string", "", none, every, "what to do when it fails; printed then"},
    {"probes.<name>.severity", "enum(\"error\", \"warning\")", "\"error\"", none, every,
     "what a contradiction is"},
    {"probes.<name>.show", "bool", "false", none, every, "contents may be printed as evidence"},
    {"probes.<name>.timeout", "string", "\"5s\"", none, every, "the longest one attempt may take"},
    {"probes.<name>.retry.attempts", "int", "1", at_least_one, every,
     "how often it is tried, at most 100 times"},
    {"probes.<name>.retry.interval", "string", "\"1s\"", none, every, "between two attempts"},
});

}  // namespace

std::span<const HostOption> host_options() {
    return options;
}

}  // namespace contract::evaluation
