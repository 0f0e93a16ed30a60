// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "contract/core/code_page.hpp"

namespace contract::core {

namespace {

constexpr std::array pages = std::to_array<CodePage>({
    {"runtime.expectation", "a probe's expectation is false",
     "The facts were read, and the expression in `expect` is false for them, or it needs a fact of something "
     "that is known not to be there (the size of a missing file). The finding shows the expression, the "
     "facts it "
     "used, where they were read, and how often. Contents of files, output of programs and values of "
     "environment "
     "variables are shown only with `show = true`.",
     "Bring the machine to what the contract says, or change the expectation if the contract is wrong. A "
     "probe "
     "with `severity = \"warning\"` reports the same without failing the stage."},
    {"runtime.unknown", "facts that an expectation needs could not be had",
     "Something kept contract from reading what the expectation asks for: a missing permission, a deadline, "
     "a "
     "program that is not installed, a file that is too large or not text. Whether the machine keeps its "
     "side "
     "was not found out, and that is never counted as a pass.",
     "Follow the help of the finding: run as a user who may read the source, install the program or name it "
     "in "
     "`uses`, or raise `timeout`. `--unknown=warn` lets the check pass all the same."},
    {"runtime.not-trusted", "a probe runs a program, and this contract is not trusted",
     "Probes of kind `command` run as you, outside any sandbox. On a branch that nobody has read that is not "
     "safe, so they are not run and their outcome is unknown.",
     "Read what the probe runs, then say `contract trust` in this directory, or `--trust` for one run."},
    {"runtime.expectation-error", "a probe's expectation could not be evaluated",
     "The facts were read, but the expression has no value for them: an item past the end of a list, a "
     "comparison "
     "of a text with a number, or a result that is neither true nor false.",
     "Guard the expression, as in `lines.size() > 2 && lines[2] == 'ok'`, or compare with a value of the "
     "fact's "
     "type. `contract eval` tries an expression out."},
    {"runtime.internal", "contract itself failed",
     "A rule that always holds inside contract was broken. This is a bug in contract, not in your "
     "contract.toml.",
     "Please report it with the message and the command. Exit status bit 1 is set."},
});

}  // namespace

std::span<const CodePage> runtime_codes() {
    return pages;
}

}  // namespace contract::core
