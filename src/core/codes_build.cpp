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
    {"build.bad-configuration", "the user's configuration has a mistake",
     "The file config.toml of the user's or the machine's configuration says where archives are, what is "
     "fetched from elsewhere, and whose results are trusted. Something in it is malformed, misspelt or means "
     "nothing, and fetching from another place than the one that was meant could go unnoticed, so nothing is "
     "fetched. A file that trusts keys is refused, too, when somebody else can write to it.",
     "Correct the line that the finding shows, or the owner and mode of the file. contract(1) describes it."},
    {"build.store-damaged", "something in the store is damaged or missing",
     "A file of the store does not have the content that its name promises, or the index cannot be read. The "
     "usual reasons are a disk fault and somebody who changed or removed files below the store.",
     "For a file, run `contract store verify --repair`, then the command again: what can be made whole is, "
     "and "
     "what is missing is fetched or built anew. For the index, remove the files that the message names; what "
     "was "
     "built is built again when it is needed, and `contract gc` leaves alone what lies in the store, since "
     "it was "
     "the index that knew who needs it: run `contract check` in each repository that uses the store, make "
     "the "
     "links of `contract build --keep` anew, and remove the rest with `contract gc --older-than 1d`."},
    {"build.key-missing", "there is no key to sign results with",
     "What `contract copy` takes out of a store is signed, so that whoever takes it in can tell whose it is. "
     "[keys] of config.toml names no key for that.",
     "Make one with `contract key new NAME`, and write what it says into config.toml."},
    {"build.bad-key", "a key cannot be used",
     "The file of a secret key is missing, is not what `contract key new` writes, belongs to somebody else, "
     "or "
     "can be read or written by others, who could then sign as its owner. A key is never printed.",
     "Correct the path under [keys], take the rights of others away with chmod 600, or make a new key. A key "
     "that somebody else may have read is no longer good: make a new one, and have it trusted in its place."},
    {"build.bad-place", "results cannot be copied to or from there",
     "What --to or --from names is neither a directory that `contract copy` made, nor one that is empty or "
     "missing to copy to, nor the ssh:// address of another machine. Results are never mixed with other "
     "files. Root writes only to directories that nobody else can write to.",
     "Name another directory, or ssh://[USER@]HOST[:PORT]/PATH, where PATH is the CONTRACT_HOME on the other "
     "machine and may be left out."},
    {"build.copy-failed", "the other machine could not be reached or did not answer",
     "`contract copy` starts `ssh`, with your own configuration and keys and without asking anything, and "
     "`contract copy --serve` at the other end. The connection could not be made, broke off, or something "
     "else than contract answered.",
     "The finding shows what ssh said. `ssh HOST contract --help` has to work without a question, and to "
     "print nothing but that. Run the command again: what was transferred is not transferred twice."},
    {"build.copy-missing", "what was asked for is not there to be copied",
     "The place has no result of a target as it is planned here, or not everything that one of its results "
     "needs. Another revision, system or configuration of the contract has other results; one that saw this "
     "machine is of use on a machine that looks the same.",
     "Copy it there with `contract copy --to`, which puts back what is missing too, or build it here."},
    {"build.copy-damaged", "something that was to be copied is not what it should be",
     "A file has other bytes than its digest says, another size, or is cut off; a directory has names that "
     "no "
     "directory can have; or a description is none that contract writes. The usual reasons are a disk fault, "
     "a copy that broke off, and somebody who means harm. Nothing of it became visible in the store.",
     "Remove the file that the message names, since one that is there and has the right size is not written "
     "again, and copy it there anew from a store that is sound (`contract store verify`). If it comes back, "
     "do not trust the place."},
    {"build.result-untrusted", "a result is not signed by a key that you trust",
     "What files have which content anybody can check; that they are what a recipe makes, somebody has to "
     "vouch for. The result has no signature, none by a key that your configuration or that of the machine "
     "names under [keys], or one that is wrong, because something was changed after it was signed. What a "
     "repository says about keys is never asked.",
     "If you trust who built it, get their public key (`contract key show`) by a way that you trust, and add "
     "it to `trusted` of [keys] in config.toml. Otherwise build it yourself."},
    {"build.not-built", "a command asked about an output that is not in the store",
     "`contract why` and `contract provenance` tell of what lies in the store; they build and fetch nothing. "
     "What they were asked about was never built by this user, was removed by `contract gc`, or the files it "
     "is built from have changed since.",
     "Build it with `contract build TARGET`, then ask again."},
    {"build.origin-unknown", "the store does not know where something came from",
     "`contract trace` looked through every output and input of the store and found nothing with that "
     "content "
     "or name; or something is there, and the record of how it was made is not, because an older contract "
     "built it. A file that was changed after it was built, by a strip or a signature for example, is not "
     "the file that was built.",
     "Trace it where it was built, or build it here and trace it again. Compare digests when it may have "
     "been "
     "changed: sha256sum gives the one that trace looks for."},
    {"build.store-newer", "the store was last used by a newer contract",
     "The index of the store has a format that this program does not know, so it leaves the store alone.",
     "Use the newer program, or set CONTRACT_HOME to another directory."},
    {"build.output-not-allowed", "an output has something in it that cannot be stored",
     "An output consists of regular files, directories and symlinks with UTF-8 names, at most 256 "
     "directories "
     "deep. The command left a device, socket, FIFO, set-user-id file or a name that is not UTF-8.",
     "Let the command remove what the message names, or write it somewhere else than to its output."},
    {"build.not-reproducible", "two builds of one recipe have different outputs",
     "With --twice a package is built once more from the same recipe while everything that it must not "
     "depend on "
     "is different: the moment, process numbers, the number of processors and jobs, the name of the host, "
     "the "
     "folder it is built in and the order in which that folder lists its files. Its output then differs, or "
     "the "
     "second build failed. The finding shows which files, where, and what of the circumstances they contain.",
     "Keep what differs out of the output: sort what is listed, write no time, host name or build folder, "
     "and "
     "let nothing depend on which of several jobs ends first."},
    {"build.namespaces-refused", "this machine refuses to seal a process",
     "Everything is built in a sandbox made of the kernel's namespaces, as an ordinary user can make them. "
     "The "
     "kernel, its configuration or the container that contract runs in refused one of the steps; the message "
     "names the step and the reason. Nothing was run: contract never builds outside its sandbox.",
     "Follow the help of the finding. Usual causes are the default system call filter of Docker, AppArmor on "
     "Ubuntu, `user.max_user_namespaces` being 0, and a /proc that a container masks."},
    {"build.sandbox-reduced", "results come from a sandbox that lacked something",
     "The contract says `sandbox = \"reduced\"` (or \"off\"), so that a machine may refuse some steps of the "
     "sandbox: a /proc of its own, as in containers that mask parts of theirs; the loopback interface; "
     "namespaces for System V memory, the host name and control groups. Files, network and processes are "
     "kept "
     "apart all the same. Each result records it, a contract that wants sealed results never takes it, and "
     "every run that uses one says so.",
     "Build where the steps are allowed (the help of build.namespaces-refused says how), or keep the "
     "warning."},
    {"build.sandbox-setup", "the sandbox of a build could not be set up",
     "This machine has sandboxes, but one step of this one failed: a file or folder that it shows inside is "
     "missing or may not be read, the working directory is not there, or the first word of the command is a "
     "file that cannot be executed: without the right to be, or made for another kind of machine. The "
     "message "
     "names the step or the file, and the reason.",
     "Look at the path and the reason. A working directory must exist inside; a folder must be readable by "
     "the user who builds; a program must be executable, and a script begin with `#!/bin/sh` or the like."},
    {"build.program-missing", "the program of a command is not there in the sandbox",
     "A build sees its root, its source and what it uses, nothing else of the machine. The first word of the "
     "command is no program that can be found there; or the program is there and the interpreter or loader "
     "that it names is not. A list is run without a shell: its first word is a program, and `cd` is none.",
     "Add the package that brings the program to `uses`, or correct the first word of the command. A path "
     "such as ./configure is a file of the source, which git has to track."},
    {"build.bad-url", "an input has an address that cannot be fetched from",
     "The `git` key is neither a path nor an address that contract fetches from, or it has "
     "something that does not belong into a committed file, such as a password. Hosts and "
     "users that the program `ssh` could take for an option are refused too. The `oci` key "
     "names a registry, a repository in lower case, and a tag or a SHA-256 digest; there is no "
     "default registry.",
     "Write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, file:///PATH or a path. A "
     "relative path with a colon is written ./a:b. An image is written HOST/REPOSITORY:TAG or "
     "HOST/REPOSITORY@sha256:DIGEST."},
    {"build.ref-missing", "an input names a branch, tag or image that is not there",
     "The repository was reached and has no branch or tag of that name, or what has the name "
     "does not lead to a commit. A branch is looked for before a tag; a full ref such as "
     "refs/tags/v1 is taken as it is. For an `oci` input, the registry knows no image with that "
     "tag.",
     "Correct `ref`, or the tag of the image; the closest name is suggested when there is one. "
     "`git ls-remote URL` shows all refs."},
    {"build.subdir-missing", "a git input names a directory that its commit does not have",
     "The commit was found and holds no directory at `subdir`. A file does not count.",
     "Correct `subdir`, or choose a `ref` in which the directory is there."},
    {"build.fetch-failed", "an input could not be fetched",
     "The connection failed, the server refused, it was silent for a minute, the answer broke off "
     "or is not what was asked for, or the repository does not exist. The message has what the "
     "server, the network or `ssh` said. What may pass (no connection, a broken one, 429, 500, "
     "502, 503, 504) was tried again a few times before, but for git. Redirects are followed, ten "
     "at most and never from https to http. Over ssh the user's own `ssh` is used and never asks a "
     "question.",
     "Try `git ls-remote URL`, or `curl -LO URL` for a `url` input. For a private repository use "
     "its ssh address. When `ssh` does not know the host yet, connect to it once by hand. Where a "
     "certificate is not trusted, name the authority's in SSL_CERT_FILE. Behind a proxy, set "
     "https_proxy. What was downloaded is kept, and the next run continues it."},
    {"build.not-found", "there is nothing at the URL of an input",
     "The server was reached and says that it has nothing there (404 or 410), or a file: URL names a "
     "file that is not there.",
     "Correct the URL. When the file was moved or removed, ask who serves it; a copy can be used "
     "through [mirrors] of the user's configuration."},
    {"build.not-authorised", "the server of an input wants a login, or another one",
     "The server answers 401 or 403. Logins for https and http are taken from ~/.netrc, or the file "
     "that NETRC names, and are sent to the host they are for and to no other. For a git input it is "
     "what `git credential fill` knows by the user's own configuration, never by that of the "
     "checkout; it is sent once, and neither stored nor erased.",
     "Write a line into ~/.netrc: machine HOST login USER password PASSWORD. For a git input set up a "
     "credential helper, or use the ssh address. Never put a password into the URL: contract.toml is "
     "read by everybody who has the repository."},
    {"build.too-large", "what the URL of an input serves is larger than it may be",
     "The server announced or sent more bytes than are accepted: 16 GiB for a file that no lock "
     "knows the size of yet. Nothing of it is used.",
     "Check that the URL names what is meant."},
    {"build.too-young", "what an input would be pinned to is younger than `min_age` allows",
     "`min_age` keeps what is fresh from being pinned, so that others have time to notice when it was "
     "replaced by something bad. Of a commit the age is the committer's date, and a branch is pinned to "
     "its newest commit that is old enough. Of a file it is taken from Last-Modified of the server, or from "
     "a "
     "local file's own time; a server that says no date is refused too. What is pinned already is not "
     "new, and stays; a `url` input with a declared `sha256` is known to somebody.",
     "Wait, or run contract update for the other inputs alone. For a file that is known to be good, "
     "declare the `sha256` that the finding shows, or lower `min_age` of the input."},
    {"build.bad-archive", "an archive cannot be read",
     "The file is no archive that contract reads (tar, zip, cpio or ar, plain or compressed once), "
     "or it is damaged, cut off or empty. Nothing of it is used.",
     "Look at it with `file`. What is no archive needs `unpack = false`. A file that is right on the "
     "server and wrong here has another digest: compare both."},
    {"build.archive-too-large", "an archive holds more than it may",
     "An archive of a few bytes can be made to hold more than a disk does. Counted are the bytes of "
     "all content together, what decompression makes, and the number of entries; the finding names "
     "the limit.",
     "If the archive is what it should be, declare a smaller one, or a part of it as an input of its "
     "own."},
    {"build.package-conflict", "two packages of a root have the same path with different content",
     "Packages that Debian lets be installed together share folders and equal files, or one of them says in "
     "Replaces that its files take the place of the other's. Here neither is so, or a link of the input's "
     "`links` would take the place of a folder. No script of a package is run, so diversions, which could "
     "move one of the files away, are not known.",
     "Leave out the package that brings one of the two in, or declare two inputs. For `links`, choose "
     "another "
     "path."},
    {"build.offline", "an input would have to be fetched, and --offline forbids it",
     "The store has neither the content that contract.lock pins nor what it is made from.",
     "Run once without --offline on a machine with a network. What was fetched stays in the "
     "store."},
    {"build.not-a-repository", "a git input names a directory that is no git repository",
     "The path was found and git cannot open it: it is neither a work tree, nor a .git "
     "directory, nor a bare repository, or it has a format that the library does not know, "
     "such as SHA-256 object names. Nothing is searched in the directories above.",
     "Correct the path. For a directory that is not under git, use a `path` input."},
    {"build.unsafe-owner", "a local repository or the store belongs to another user",
     "git does not trust the configuration of a repository that somebody else owns, because it "
     "can name programs to run, and contract does not either. Nor does it use a store that somebody else "
     "owns or "
     "can write to: what lies there is run as you.",
     "If you trust the owner of a repository: git config --global --add safe.directory PATH. A store has to "
     "be "
     "your own: set CONTRACT_HOME to another directory, or take the rights of others away with chmod go-w."},
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
    {"build.pin-unreachable", "what an input is pinned to is gone",
     "contract.lock pins a commit that the server does not give out by its id, and that is reachable "
     "from no branch or tag of the repository. It was usually removed by a force-push or "
     "with its branch. Or it pins an image of which the registry has a manifest or a layer no "
     "longer.",
     "Pin another commit or image with `contract update`, or have the commit brought back under "
     "a tag, or the image pushed again. A store that has the content already does not need "
     "either."},
    {"build.platform-missing", "an image has nothing for a system of the contract",
     "An image is locked for each of the contract's `systems`. This one is offered for others "
     "only, which the finding names. An image for newer processors of the system, such as "
     "linux/amd64/v3, does not count: the same lock serves every machine.",
     "Take an image that is offered for the system, or leave the system out of `systems`."},
    {"build.bad-image", "what an oci input names cannot be a root",
     "The registry answered, and what it has is no image of a file system in a form that is "
     "read: a chart or another artefact, an index inside an index, a manifest with schema 1, a "
     "layer that is encrypted or that its publisher does not let registries keep, digests other "
     "than SHA-256, or more than an image may have (1000 layers, 64 GiB, a manifest of 4 MiB).",
     "Name another image, or have this one pushed again with a current tool."},
    {"build.hash-mismatch", "an input does not hold what contract.lock pins",
     "The content was read and its digest is not the one in the lock. For a `path` input the "
     "directory changed since it was pinned. For a `git` input one commit id has one content, "
     "so either the lock was edited or the source serves something else under the same id. A "
     "manifest or layer of an image that is not what its digest says was changed at the "
     "registry or on its way. Nothing of it is used.",
     "When the change of a directory is meant: `contract update NAME`. Otherwise find out which "
     "side changed before you pin anything new."},
    {"build.missing-input", "the directory or repository of an input does not exist",
     "A `path` input, or a `git` input with a path, names something that is not on this "
     "machine, or not a directory.",
     "Correct the path, which is relative to the contract directory, or put the directory "
     "there."},
    {"build.unsupported-entry", "an input holds something that cannot be pinned",
     "A device, socket, FIFO, a submodule without `submodules = true`, a file name that is not UTF-8, or "
     "a git tree that no file system could hold. In archives also what could reach out of the folder they "
     "are unpacked to or "
     "mean something else on another machine: an absolute path, '..', a file behind a symlink, a "
     "set-user-id file, a control character in a name, two entries of one name or of names that differ in "
     "case alone.",
     "Remove it, or choose a `subdir` without it. An archive that must be so can be declared with "
     "`unpack = false` and unpacked in a build."},
    {"build.archive-unknown", "nothing says where a package archive is",
     "A `deb` input names an archive or an earlier state of it, and no host of it: the user's configuration "
     "says where it is, and without that this machine's apt, when it has the suite. Neither knows it.",
     "Write the table that the help shows into config.toml, or say `mirror` in the input."},
    {"build.suite-missing", "an archive has no such suite, component or architecture",
     "The mirrors were reached and do not have the suite of a `deb` input, or the suite has no packages for "
     "the component or for a system of the contract.",
     "Correct `suites`, `components`, or `systems` of [contract]; or the mirror, when it has only a part of "
     "the "
     "archive."},
    {"build.release-unsigned", "a release file has no signature that can be trusted",
     "Everything of a package archive is trusted because its release file is signed. gpgv found no good "
     "signature by a key of the keyring: none at all, one by another key, or a text that was changed. "
     "Nothing "
     "of the archive was used.",
     "For an archive of your own, name its keyring with `keys`. For the distribution's archive, update its "
     "keyring package, or take another mirror."},
    {"build.release-expired", "a release file is no longer valid",
     "The release file says until when it may be used, and that time is past. Either the mirror no longer "
     "follows its archive, or somebody serves an old state to hide security updates.",
     "Take another mirror and check this machine's clock. An earlier state that is meant is asked for with "
     "`snapshot`."},
    {"build.release-older", "an archive serves an older state than the lock has seen",
     "The newest date of the release files is before the one in contract.lock. Going back would take away "
     "security updates without a word.",
     "Take another mirror. When an earlier state is meant, name its time with `snapshot`."},
    {"build.release-mismatch", "an archive does not hold what its release file signs",
     "A release file of another suite, a date or an index of packages that cannot be read, a snapshot that "
     "is "
     "younger than its time, or an index whose SHA-256 is not the one that was signed.",
     "A mirror that is just being updated is whole again after some minutes. If it stays so, take another "
     "mirror."},
    {"build.package-missing", "a package is not in the suites of an input",
     "No suite of the `deb` input has a package of that name, or not in the version that is asked for. All "
     "that are missing are named together. Names that packages only provide have to be replaced by one of "
     "those packages.",
     "Correct the name, or add the suite or component that has it. The closest name is suggested when there "
     "is one."},
    {"build.packages-unsolvable", "packages of an input do not fit together",
     "No choice of packages meets every dependency: two of them exclude each other, or one needs something "
     "that the suites do not have. The reasons are those of the solver.",
     "Leave out or exchange one of the packages, or add the suite or component that has what is missing."},
    {"build.package-vanished", "a pinned package can be had nowhere any more",
     "Archives keep only the newest version of a package. The lock pins one that no mirror has now, and no "
     "snapshot of the archive is configured, or it does not have it either.",
     "Name a place of snapshots in [archives] of config.toml, or pin what is there now with `contract "
     "update`. "
     "A store that has the package does not need the archive."},
    {"build.layout-unknown", "packages were locked by a newer contract",
     "The lock says by which rules packages were unpacked, so that every later program still makes the same "
     "tree. These rules are newer than this program.",
     "Use the newer program, or pin anew with this one: `contract update NAME`."},
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
    {"build.unformatted", "a formatter would change files",
     "The formatter ran on a copy of the files that git tracks, and what it left differs from them. The "
     "finding "
     "shows the difference, of which long ones are cut. Nothing in the repository was changed.",
     "Run `contract fmt` and commit what it changed."},
    {"build.format-refused", "a file could not be written as a formatter would have it",
     "`contract fmt` writes a file only when it is a regular file that no symlink leads to and still is, "
     "byte for "
     "byte, what the formatter saw. This one is not: it was edited meanwhile, or git converts its line ends, "
     "so "
     "that the working tree has other bytes than the repository.",
     "Run `contract fmt` again. Where git converts line ends, let .gitattributes keep them as they are."},
    {"build.patch-failed", "a patch cannot be applied",
     "A patch of the package or check does not fit its source, or is no unified diff of text. Patches are "
     "applied exactly: every line has to be there, at the place that the patch names. The finding shows the "
     "line "
     "of the patch, the line it expects and the one that is there.",
     "Make the patch anew against the source that is pinned, or remove it if the source has the change "
     "already."},
    {"build.empty-source", "nothing of an input is selected as the source",
     "No file of the input matches `include` and `exclude` of the source.",
     "Correct the patterns, which are git pathspecs relative to the input."},
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
     "It failed, and the last thing that its log names is a host that it looked for; or its log is empty, "
     "and it "
     "was seen to look for one. Whatever is built has no network: what it would fetch is nowhere pinned, and "
     "may "
     "be different tomorrow.",
     "Declare the download as an input, [inputs.NAME] with git, url or path, and name it in `uses` or "
     "`source`."},
    {"build.locked", "another process does what only one may do at a time",
     "`contract lock` and `contract update` of one contract exclude each other, so that neither writes a "
     "lock without the pins of the other, and so do two runs of `contract gc` in one store. Nothing was "
     "changed.",
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
