// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "contract/core/code_page.hpp"

namespace contract::core {

namespace {

constexpr std::array pages = std::to_array<CodePage>({
    {"build.system", "a file, directory or system call failed that the stage needs",
     "The machine refused something that contract itself needs: a full disk, a missing permission, a file "
     "that "
     "changed while it was read. The message names the operation, the path and the system's reason.",
     "Look at the path and the reason. Nothing was half written; run the command again once the cause is "
     "gone."},
    {"build.network-file-system", "the store lies on a network file system",
     "Locks and the index of the store cannot be relied on over NFS, SMB and the like, so contract does not "
     "use a store there.",
     "Set CONTRACT_HOME to a directory on a local disk."},
    {"build.store-damaged", "something in the store is damaged or missing",
     "A file of the store does not have the content that its name promises, or the index cannot be read. The "
     "usual reasons are a disk fault and somebody who changed or removed files below the store.",
     "For a blob, run the command again: what is missing is fetched or built anew. For the index, remove the "
     "files that the message names; the index is a cache, so nothing is lost but the time to build again."},
    {"build.store-newer", "the store was last used by a newer contract",
     "The index of the store has a format that this program does not know, so it leaves the store alone.",
     "Use the newer program, or set CONTRACT_HOME to another directory."},
    {"build.output-not-allowed", "an output has something in it that cannot be stored",
     "An output consists of regular files, directories and symlinks with UTF-8 names, at most 256 "
     "directories "
     "deep. The command left a device, socket, FIFO, set-user-id file or a name that is not UTF-8.",
     "Let the command remove what the message names, or write it somewhere else than to its output."},
    {"build.namespaces-refused", "this machine refuses to seal a process",
     "Everything is built in a sandbox made of the kernel's namespaces, as an ordinary user can make them. "
     "The "
     "kernel, its configuration or the container that contract runs in refused one of the steps; the message "
     "names the step and the reason. Nothing was run: contract never builds outside its sandbox.",
     "Follow the help of the finding. Usual causes are the default system call filter of Docker, AppArmor on "
     "Ubuntu, `user.max_user_namespaces` being 0, and a /proc that a container masks."},
    {"build.sandbox-setup", "the sandbox of a build could not be set up",
     "This machine has sandboxes, but one step of this one failed: a file or folder that it shows inside is "
     "missing or may not be read, or the working directory is not there. The message names the step, the "
     "path "
     "and the reason.",
     "Look at the path and the reason. A working directory must exist inside; a folder must be readable by "
     "the user who builds."},
    {"build.program-missing", "the program of a command is not there in the sandbox",
     "A build sees its root, its source and what it uses, nothing else of the machine. The first word of the "
     "command is no program that can be found there; or the program is there and the interpreter or loader "
     "that it names is not.",
     "Add the package that brings the program to `uses`, or correct the first word of the command."},
    {"build.bad-url", "a git input has an address that cannot be fetched from",
     "The `git` key is neither a path nor an address that contract fetches from, or it has "
     "something that does not belong into a committed file, such as a password. Hosts and "
     "users that the program `ssh` could take for an option are refused too.",
     "Write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, file:///PATH or a path. A "
     "relative path with a colon is written ./a:b."},
    {"build.ref-missing", "a git input names a branch, tag or ref that is not there",
     "The repository was reached and has no branch or tag of that name, or what has the name "
     "does not lead to a commit. A branch is looked for before a tag; a full ref such as "
     "refs/tags/v1 is taken as it is.",
     "Correct `ref`; the closest name is suggested when there is one. `git ls-remote URL` "
     "shows all."},
    {"build.subdir-missing", "a git input names a directory that its commit does not have",
     "The commit was found and holds no directory at `subdir`. A file does not count.",
     "Correct `subdir`, or choose a `ref` in which the directory is there."},
    {"build.fetch-failed", "a git input could not be fetched",
     "The connection failed, the server refused, it was silent for a minute, or the repository "
     "does not exist. The message has what the server, the network or `ssh` said. contract "
     "sends no credentials over http; over ssh the user's own `ssh` is used and never asks a "
     "question.",
     "Try `git ls-remote URL`. For a private repository use its ssh address. When `ssh` does "
     "not know the host yet, connect to it once by hand."},
    {"build.offline", "an input would have to be fetched, and --offline forbids it",
     "The store has neither the content that contract.lock pins nor the commit it comes from.",
     "Run once without --offline on a machine with a network. What was fetched stays in the "
     "store."},
    {"build.not-a-repository", "a git input names a directory that is no git repository",
     "The path was found and git cannot open it: it is neither a work tree, nor a .git "
     "directory, nor a bare repository, or it has a format that the library does not know, "
     "such as SHA-256 object names. Nothing is searched in the directories above.",
     "Correct the path. For a directory that is not under git, use a `path` input."},
    {"build.unsafe-owner", "a local repository belongs to another user",
     "git does not trust the configuration of a repository that somebody else owns, because it "
     "can name programs to run, and contract does not either.",
     "If you trust its owner: git config --global --add safe.directory PATH."},
    {"build.bad-submodule", "a submodule of a git input cannot be followed",
     "With `submodules = true` each submodule is fetched from the address that .gitmodules of the commit "
     "has for it. The file is missing, is no configuration of git, has no entry for the submodule or two, "
     "or names a path or address outside of its repository. A repository from elsewhere must not name "
     "directories of this machine. Submodules within each other end at eight, and at a thousand in all.",
     "Have it corrected in the repository that the finding names, choose a `subdir` without the submodule, "
     "or leave `submodules` out and declare what is needed as inputs of their own."},
    {"build.damaged-repository", "an object of a git repository is missing or broken",
     "A commit, directory or file that the repository must have could not be read, or is not "
     "what its id says.",
     "`git fsck` in that repository shows what is wrong. A repository below the store's git "
     "directory only holds what was fetched: remove it and it is fetched again."},
    {"build.pin-unreachable", "the pinned commit of a git input is gone",
     "contract.lock pins a commit that is reachable from no branch or tag of the repository, "
     "and servers do not hand out other commits. It was usually removed by a force-push or "
     "with its branch.",
     "Pin another commit with `contract update`, or have the commit brought back under a tag. "
     "A store that has the content already does not need the commit."},
    {"build.hash-mismatch", "an input does not hold what contract.lock pins",
     "The content was read and its digest is not the one in the lock. For a `path` input the "
     "directory changed since it was pinned. For a `git` input one commit id has one content, "
     "so either the lock was edited or the source serves something else under the same id. "
     "Nothing of it is used.",
     "When the change of a directory is meant: `contract update NAME`. For a git input find "
     "out which side changed before you pin anything new."},
    {"build.missing-input", "the directory or repository of an input does not exist",
     "A `path` input, or a `git` input with a path, names something that is not on this "
     "machine, or not a directory.",
     "Correct the path, which is relative to the contract directory, or put the directory "
     "there."},
    {"build.unsupported-entry", "an input holds something that cannot be pinned",
     "A device, socket, FIFO or submodule, a file name that is not UTF-8, or a git tree that "
     "no file system could hold.",
     "Remove it, or choose a `subdir` without it. What a submodule points to can be an input "
     "of its own."},
    {"build.failed", "the build of a package failed",
     "The package's build ended with an exit status other than 0, or by a signal. The finding shows how it "
     "ended, the last lines of its log, and what the log says is missing: a program, header or library that "
     "is on this machine but was not declared is named with its path.",
     "Read the last lines; `contract log TARGET` shows the rest. Add what is missing to `uses`, or take a "
     "root that has it."},
    {"build.check-failed", "a check failed",
     "The check's program ended with an exit status other than 0, or by a signal. What it checks does not "
     "hold for this revision; everything it needed was built.",
     "Read the last lines of its log; `contract log TARGET` shows the rest. A failed check runs again every "
     "time until it passes."},
    {"build.timeout", "a build or check ran longer than it may",
     "The time that `timeout` allows was over before the build or check ended, so that it was ended with all "
     "its processes.",
     "Find out from the log where it hangs, or raise `timeout`."},
    {"build.silence", "a build or check printed nothing for too long",
     "Nothing was printed for the time that `silence` allows. That is how a program looks that waits for "
     "something that will never come, so that it was ended with all its processes.",
     "Find out from the log where it hangs; let it print as it works, or raise `silence`."},
    {"build.output-limit", "a build or check printed more than a log may hold",
     "A log holds 64 MiB. A program that prints more is most likely in a loop; it was ended with all its "
     "processes.",
     "Look at the log for what repeats, or let the program write its output to a file."},
    {"build.output-missing", "a build ended well and left nothing",
     "Every package puts its result below the directory that the variable `out` names. The build ended with "
     "exit status 0, and that directory is empty.",
     "Let the build write to $out, as in `make install PREFIX=$out`. What only has to succeed is a check."},
    {"build.network-attempt", "a build or check tried to reach the network",
     "It failed, and its log shows that it looked for a host. Whatever is built has no network: what it "
     "would fetch is nowhere pinned, and may be different tomorrow.",
     "Declare the download as an input, [inputs.NAME] with git or path, and name it in `uses` or `source`."},
    {"build.locked", "contract.lock is being written by another process",
     "`contract lock` and `contract update` of one contract exclude each other, so that neither writes a "
     "lock "
     "without the pins of the other. Nothing was changed.",
     "Run the command again once the other one has ended."},
    {"build.internal", "contract itself failed",
     "A rule that always holds inside contract was broken. This is a bug in contract, not in your "
     "contract.toml.",
     "Please report it with the message and the command. Exit status bit 1 is set."},
});

}  // namespace

std::span<const CodePage> build_codes() {
    return pages;
}

}  // namespace contract::core
