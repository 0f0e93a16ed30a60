// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "contract/core/code_page.hpp"

namespace contract::core {

namespace {

constexpr std::array pages = std::to_array<CodePage>({
    {"evaluation.syntax", "the file is not valid TOML",
     "contract.toml could not be read, because a character stands where TOML allows none. The carets show "
     "the "
     "place where reading stopped; the mistake is there or just before it. Nothing behind it has been looked "
     "at.",
     "Correct the place shown. If git left conflict markers, resolve the merge first."},
    {"evaluation.duplicate-table", "a table is defined twice",
     "TOML allows one header for each table, and a table that already has a value, inline or by dotted keys, "
     "gets no header. Both places are shown.",
     "Move the keys of the second table below the first header and remove the second header."},
    {"evaluation.duplicate-key", "a key is defined twice",
     "A key can have one value in a table. Both places are shown.", "Keep one of the two."},
    {"evaluation.not-text", "the file is not UTF-8 text",
     "The file has a byte that is not valid UTF-8, or a NUL byte. The first such byte is shown.",
     "Save the file as UTF-8."},
    {"evaluation.too-large", "the file is larger or nests deeper than is read",
     "A contract.toml or contract.lock may have 2,000,000 bytes, and its tables, lists and dotted keys may "
     "nest "
     "100 levels deep. Beyond that nothing is read. What modules make is bounded too: 100,000 turns of all "
     "`for` of a host, 100,000 items of a list and 16 MiB of a text.",
     "Generated data belongs into files that packages use, not into the manifest."},
    {"evaluation.unknown-key", "a key that the table does not have",
     "Every key of contract.toml has a meaning, so that a misspelt one cannot be overlooked. This one has "
     "none in "
     "the table where it stands.",
     "Use the name that is suggested, or remove the key. Names of your own go where the manual says NAME."},
    {"evaluation.wrong-type", "a value of the wrong type",
     "The key is right, but its value is of another TOML type than the key takes, such as a number instead "
     "of "
     "a string.",
     "Write the value as the message says. Text needs quotes, a list needs brackets."},
    {"evaluation.missing-key", "a required key is missing",
     "The table shown cannot mean anything without the key that the message names.",
     "Add the key. The help shows a line that would do."},
    {"evaluation.bad-value", "a value that the key cannot have",
     "The value has the right type, but not a form that the key allows: a name, a system, a duration, a "
     "path, "
     "a commit or a number out of range; or two keys exclude each other.",
     "Write one of the forms that the message and the help name."},
    {"evaluation.path-outside", "a path leads out of the contract directory",
     "Paths in contract.toml start with ./ and stay inside the directory of contract.toml, symlinks "
     "included, so that a "
     "checkout "
     "is all there is to know. Only the git and path keys of an input may lead out of it.",
     "Declare what is outside as an input with path or git, and use that input."},
    {"evaluation.unsupported-format", "the contract has a newer format",
     "[contract] format says which language the file is written in. This program reads format 1.",
     "Use a version of contract that reads this format."},
    {"evaluation.requires", "the contract requires another version of contract",
     "[contract] requires is a condition on the version of this program, and it does not hold. Nothing else "
     "of "
     "the file was judged, because another version may understand it differently.",
     "Install a version that fits, or relax the condition if this version is good enough."},
    {"evaluation.unsupported", "a part of the language that this version does not have",
     "The key or table is part of the contract language, but this version of the program cannot honour it. "
     "It "
     "is refused instead of ignored, and so is the target it stands in.",
     "Use a newer version of contract, or say the same with what this version has."},
    {"evaluation.bad-lock", "contract.lock cannot be used",
     "contract.lock is written by contract alone and read strictly. It was edited, cut short, left with the "
     "conflict markers of a merge, or written by another version. The entry shown is not used.",
     "Restore the file from git, or remove it and run `contract lock`. After a merge take either side whole "
     "and run "
     "`contract lock`."},
    {"evaluation.unknown-reference", "a reference to something that is not declared",
     "A target, input, root or host is named that contract.toml does not declare.",
     "Correct the name, or declare what is meant. The help names the nearest declared one."},
    {"evaluation.wrong-reference", "a reference to something of the wrong kind",
     "What is named exists, and cannot stand there: `uses` takes toolchains, packages and inputs; `root` "
     "takes an "
     "input with the key `deb`, `oci` or `host`; `source` takes a path that starts with './' or an input "
     "with `git` or "
     "`path`.",
     "Name a target of the right kind."},
    {"evaluation.cycle", "targets that need each other",
     "Each target of the path needs the next one, and the last is the first. None of them can be built. The "
     "finding "
     "has the place of every step. Contracts that are inputs of each other are such a cycle too.",
     "Remove one of the references. Interpolating a package makes it a need as well."},
    {"evaluation.env-conflict", "two toolchains set one variable to different values",
     "A target uses two toolchains which disagree on an environment variable.",
     "Set the variable in one toolchain only, or use one of them."},
    {"evaluation.root-conflict", "a target has two roots",
     "A target is built and run in one root or none. Here two are named, or a package is used that was built "
     "in "
     "another root, which its programs need to run.",
     "Give both the same root, or remove one."},
    {"evaluation.formatter-order", "two formatters of one file that do not say their order",
     "Two formatters match one file, and neither comes after the other, so that the result would depend on "
     "chance.",
     "Write `after = [\"formatters.NAME\"]` into one of them, or let their patterns not overlap."},
    {"evaluation.lock-missing", "an input has no entry in contract.lock",
     "Every input from outside is pinned by content in contract.lock, which only `contract lock` and "
     "`contract update` write.",
     "Run `contract lock` and commit contract.lock."},
    {"evaluation.lock-stale", "contract.lock and contract.toml disagree",
     "The declaration of an input has changed since it was locked, which blocks its users; or, as a warning, "
     "contract.lock has an entry that no input needs. The evidence says which key differs and how.",
     "Run `contract lock`, look at the change, and commit it; or undo the change in contract.toml."},
    {"evaluation.contract-input", "a contract input that cannot be read",
     "An input says `contract = true`, and the contract behind it cannot be had: its content could not be "
     "fetched, "
     "it has no contract.toml, or that file is not one that this program reads. Or contracts are inputs of "
     "contracts too often. Everything that comes from the input is blocked.",
     "Look at the reason in the message. If the input is right, pin a state of it that has a good contract "
     "with "
     "`contract update NAME`; if it is none, remove `contract = true`."},
    {"evaluation.expression", "an expression that is not valid",
     "An expression has a syntax error, names something that does not exist, or uses a value of the wrong "
     "type; it uses a part of CEL that the language leaves out; or it has no value: a division by zero, a "
     "key "
     "that is not there, more work than is allowed.",
     "Correct the expression at the marked characters. contract.toml(5) has the language and the variables; "
     "`contract eval` tries an expression."},
    {"evaluation.unsafe-interpolation", "a value in a script that a shell would interpret",
     "Scripts interpolate only values of the characters A-Z a-z 0-9 . _ / + : @ % = , - so that a value can "
     "never "
     "become a part of the script.",
     "Put the value in `env` and write \"$NAME\" in the script."},
    {"evaluation.missing-file", "a file that does not exist",
     "A path in contract.toml names nothing in the contract directory.",
     "Correct the path, or add the file."},
    {"evaluation.untracked-file", "a file that git does not track",
     "Only files that git tracks exist for a contract, so that every clone has the same ones.",
     "Run `git add` on it."},
    {"evaluation.empty-source", "a source without files",
     "No tracked file matches `path`, `include` and `exclude` of the source.",
     "Correct the patterns, which are git pathspecs."},
    {"evaluation.external-filter", "a file that an external git filter changes",
     "The bytes of the file depend on a program that git runs, such as Git LFS, so they are not known from "
     "the "
     "repository alone.",
     "Track the file without the filter, or declare what it holds as an input."},
    {"evaluation.not-a-file", "a path that is not a regular file",
     "A file is needed, and the path is a directory, a submodule or something else.", "Name a regular file."},
    {"evaluation.untracked-contract", "git does not track contract.toml or contract.lock",
     "The contract is read from the working tree, so it works here and in no other clone: a warning.",
     "Run `git add` on the file that the message names, and commit it."},
    {"evaluation.file-too-large", "a file whose text goes into the plan is too large",
     "What a host's file is made from is read into the plan, at most 16 MiB of it.",
     "Let a package hold the file, and write `source = \"${{ packages.NAME }}/path\"`."},
    {"evaluation.bad-pathspec", "a pattern that selects files cannot be used",
     "`include` and `exclude` take paths below the source and patterns with * ? and [], as git does. "
     "Patterns that start with ':', that are empty or that leave the source are refused.",
     "Write a plain pattern; what is to be left out goes into `exclude`."},
    {"evaluation.bad-repository", "the git repository of the contract cannot be read",
     "Which files exist for a contract is what git tracks, and git's own data could not be read: `.git` "
     "leads "
     "to no repository, belongs to another user, or is damaged. The message has git's reason.",
     "Repair the repository or clone it again. For another user's, git's setting safe.directory says that "
     "you trust it."},
    {"evaluation.nothing-checked", "packages and no check",
     "The contract builds packages and checks none of them: a warning.",
     "Declare a [checks.NAME] that runs their tests."},
    {"evaluation.unknown-option", "an option that does not exist",
     "A host has no such option, or a kind of probe no such parameter.",
     "Correct the name; the help has the nearest one, or all there are."},
    {"evaluation.bad-type", "a type of an option that is none",
     "`type` of an option is not written in the language of types: a word that does not exist, a parenthesis "
     "or comma that is missing, or more nesting than is read. The carets show the place. Whatever the option "
     "is set to is not judged until its type is known.",
     "Write one of the types that contract.toml(5) lists, such as \"int\", \"list(string)\" or \"enum('a', "
     "'b')\"."},
    {"evaluation.option-redeclared", "an option is declared twice",
     "Two declarations of one option say different things, or the same thing twice; both places are shown. "
     "Only the words of enumerations unite. A name that is declared cannot be renamed or removed too.",
     "Keep one declaration, or give one of the options another name."},
    {"evaluation.option-nesting", "an option inside an option",
     "A path of options ends at an option: it has no options below it, and a table of options has either "
     "names or a placeholder such as <name>, not both. The other declaration is shown.",
     "Give one of them another path, or declare a map of submodules with a placeholder."},
    {"evaluation.readonly-option", "a read-only option is set by another module",
     "An option that is declared with `readonly = true` is set by the module that declares it, to be read by "
     "all others.",
     "Remove the line, or set the options that its module computes it from."},
    {"evaluation.removed-option", "an option that was removed",
     "A module says with [[removed]] that an option does not exist any more. It is set or read here. The "
     "help "
     "is what the module says about it.",
     "Follow the help, and remove the use."},
    {"evaluation.renamed-option", "an option has a new name",
     "A module says with [[renamed]] that an option has another name now. The old one works still: a "
     "warning.",
     "Write the new name."},
    {"evaluation.option-cycle", "options that need each other",
     "The value of each option of the path reads the next one, and the last reads the first. Conditions, "
     "loops and "
     "values count, whether a condition is true or false today, so that a contract does not become a cycle "
     "when a value changes. The place of every step is shown.",
     "Remove one of the references."},
    {"evaluation.conflict", "definitions that contradict each other",
     "Several definitions with the same priority give an option different values, or one sets it and another "
     "unsets it, or it takes one definition and has more. Everybody who has a say is shown, with value and "
     "module, and those who lost already. Tables of hosts whose names overlap can contradict each other too.",
     "Remove all but one, or decide in a [[set]] with priority = \"force\" and because = \"...\"."},
    {"evaluation.missing-option", "a required option has no value",
     "The option is declared with `required = true`, and nobody sets it for this host or this entry.",
     "Set it; the help says what it is for."},
    {"evaluation.assertion", "an assertion of a module does not hold",
     "The expression of an [[assert]] is false for the host. The evidence has the value of each part of it.",
     "Read the message, and change one of the options that the evidence shows."},
    {"evaluation.policy", "a policy does not hold",
     "The `assert` of a [policies.NAME] is false for the plan. The evidence has the values that decided, and "
     "the finding the places that they come from. With `severity = \"warning\"` it fails nothing.",
     "Read the message, and change what the policy is about. A change of the policy itself is one of the "
     "contract, for whoever reviews it."},
    {"evaluation.module-warning", "a module warns",
     "The condition of a [[warn]] of a module is true for the host: a warning, in the words of the module.",
     "Read the message. What it asks for depends on the module."},
    {"evaluation.wrong-class", "a module for hosts of another class",
     "A module with `class` is for hosts of that class, and is imported by a host of another one.",
     "Remove it from `modules` or `imports`, or import it in a host of its class."},
    {"evaluation.near-miss", "a key that is nearly another one",
     "In a map any key may stand, so that a misspelt one is no error. This one is a letter away from a key "
     "of "
     "the default or of another module: a warning.",
     "Write the key that is suggested, or leave it when both are meant."},
    {"evaluation.redundant-default", "an option is set to its default",
     "Nobody else sets the option, and what it is set to is what it would be anyway, for every host that "
     "imports the module: a warning. Options that come with the class of a host are left out.",
     "Remove the line. To hold on to a value that the default may leave one day, say so in an [[assert]]."},
    {"evaluation.silent-override", "items that are dropped without a word",
     "Lists, sets and lines of one priority are joined, and those of a higher one take the place of the "
     "lower "
     "ones. Here a definition without a priority drops what a module gives with priority = \"default\": a "
     "warning, because that is seldom meant and looks like adding to it.",
     "To add, say priority = \"default\" as well. To drop what is there, say so: replace = [\"OPTION\"] in "
     "the "
     "[[set]], or priority = \"force\" with a reason."},
    {"evaluation.dead-condition", "a condition that is false whatever happens",
     "A `when` reads nothing, or only the system or the host, and is false for each system that the contract "
     "is for, or for each host that has it: a warning. So is a `systems` that names none of the contract's. "
     "Conditions that read options or inputs are not judged, because those change.",
     "Remove what the condition guards, or correct it."},
    {"evaluation.duplicate-item", "an item that is there already",
     "A list of names in contract.toml, or a set of a module, has one of its items twice; or a module adds "
     "to "
     "a list of an option nothing but items that another one has added: a warning. Lists of packages are "
     "left "
     "out, because every module names what it needs.",
     "Remove one of the two. Where a list is meant to have an item once, its type is a set."},
    {"evaluation.private-text", "a private file whose text is not private",
     "A file of a host has a mode that lets nobody but its owner read it, and its text is written in the "
     "contract: "
     "whoever reads the repository or the store reads it too. A warning. Files of a home are left out.",
     "Take a secret out of the contract, and out of its history: declare [secrets.NAME] for its path and put "
     "it on the host by other means. If the text is no secret, give the file a mode such as \"0644\"."},
    {"evaluation.idle-disable", "a module is disabled that no host imports",
     "`disable` of a module keeps other modules from being imported. The one named here exists or is written "
     "as one, and no host that imports this module would import it: a warning.",
     "Remove it, or correct the name. A module is disabled whichever name it is imported by."},
    {"evaluation.unknown-probe-kind", "a kind of probe that does not exist",
     "This version has no probe of that kind.", "Correct the name; contract.toml(5) lists the kinds."},
    {"evaluation.empty-expectation", "an expectation that reads no fact",
     "The value of `expect` is the same whatever the probe finds, so the probe proves nothing.",
     "Compare at least one fact of the kind; the help lists them."},
    {"evaluation.system", "a file, directory or system call failed that the stage needs",
     "The machine refused something that contract itself needs: a full disk, a missing permission, a file "
     "that "
     "changed while it was read. The message names the operation, the path and the system's reason.",
     "Look at the path and the reason. Nothing was half written; run the command again once the cause is "
     "gone."},
    {"evaluation.internal", "contract itself failed",
     "A rule that always holds inside contract was broken. This is a bug in contract, not in your "
     "contract.toml.",
     "Please report it with the message and the command. Exit status bit 1 is set."},
});

}  // namespace

std::span<const CodePage> evaluation_codes() {
    return pages;
}

}  // namespace contract::core
