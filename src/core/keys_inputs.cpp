// SPDX-License-Identifier: Apache-2.0
//
// [contract] and [inputs.NAME].
#include <array>

#include "keys_tables.hpp"

namespace contract::core {

namespace {

constexpr std::array<std::string_view, 3> levels{"sealed", "reduced", "off"};

constexpr std::array contract_keys = std::to_array<Key>({
    {.name = "format",
     .kind = KeyKind::integer,
     .required = true,
     .meaning = "The language of the file; this page is format 1.",
     .least = 1,
     .most = 1},
    {.name = "name", .form = Form::name, .required = true, .meaning = "The contract's name."},
    {.name = "requires",
     .form = Form::version_condition,
     .meaning = "The versions of contract that can read the file: `\">= 0.1\"`, `\">= 0.1, < 2\"`."},
    {.name = "description", .meaning = "One line for people."},
    {.name = "systems",
     .kind = KeyKind::strings,
     .form = Form::system,
     .standard = "all of them",
     .meaning = "The systems it is for, such as `x86_64-linux`; elsewhere every target is not-applicable."},
    {.name = "min_age",
     .form = Form::age,
     .meaning =
         "`contract lock` and `contract update` take nothing younger, so that what was published this "
         "morning "
         "by somebody who had no business to is not what you build with tonight. For a git branch that is "
         "the "
         "newest commit on it that is old enough; a younger tag or image is the finding build.too-young. An "
         "input may have a `min_age` of its own."},
    {.name = "sandbox",
     .kind = KeyKind::word,
     .standard = "\"sealed\"",
     .meaning =
         "The least level of the sandbox that is accepted: `reduced` lets this machine refuse some of its "
         "steps (contract(1), THE SANDBOX), `off` asks for none, though nothing is ever run with less than "
         "`reduced`. Nothing is lowered silently.",
     .words = levels},
});

constexpr std::string_view fetched = "git url deb oci", trees = "git url path";

constexpr std::array input_keys = std::to_array<Key>({
    {.name = "min_age",
     .form = Form::age,
     .meaning = "As in [contract], for this input alone; `\"0s\"` exempts it.",
     .beside = fetched},
    {.name = "contract",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning =
         "It has a contract.toml of its own, whose packages, toolchains and modules can be used: "
         "`inputs.site.packages.gateway`. Names in it are its own: there `packages` are the site's, and "
         "`system` is the one that is planned for. Of all that it declares only what is needed is planned, "
         "built and reported; its checks, hosts and probes never are. A build is sealed as strictly as "
         "either "
         "of the two contracts says.",
     .beside = trees},
    {.name = "follows",
     .kind = KeyKind::pairs,
     .form = Form::input,
     .key_form = Form::name,
     .meaning = "Of a contract: gives it one of our inputs for one of its own, `{ zlib = \"inputs.zlib\" }`.",
     .beside = trees},

    {.name = "git",
     .form = Form::location,
     .required = true,
     .meaning =
         "An https or http URL, ssh (also `user@host:path`), `file:`, or a path to a repository. ssh runs "
         "your own ssh(1), so keys, known hosts and jumps are as you have them. What is locked is the "
         "content "
         "of a commit: the blobs of the object database, no filters, no export rules.",
     .beside = "git"},
    {.name = "ref",
     .form = Form::git_ref,
     .standard = "the remote's HEAD",
     .meaning = "A branch, a tag, or a full ref.",
     .beside = "git"},
    {.name = "rev",
     .form = Form::revision,
     .meaning = "A commit's 40 hex digits, instead of `ref`.",
     .beside = "git"},
    {.name = "subdir",
     .form = Form::subdirectory,
     .meaning = "Only this directory of the repository.",
     .beside = "git"},
    {.name = "submodules",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning =
         "Fetches the submodules of the commit too, each at the commit that is recorded for it, and theirs. "
         "Without it a repository that has some is refused.",
     .beside = "git"},

    {.name = "url",
     .form = Form::url,
     .required = true,
     .meaning =
         "An https, http or file URL. The lock has the SHA-256 and size of what it gave, and the content "
         "that was unpacked from it.",
     .beside = "url"},
    {.name = "sha256",
     .form = Form::sha256,
     .meaning = "64 hex digits, which the very first download must have too.",
     .beside = "url"},
    {.name = "unpack",
     .kind = KeyKind::flag,
     .standard = "true",
     .meaning =
         "tar, zip and whatever else libarchive reads is unpacked, without its single top folder if it has "
         "one. An archive with an absolute path, a `..`, a device, a set-id file or two names that differ in "
         "case alone is refused. `false` keeps the file as it is, named as in the URL.",
     .beside = "url"},
    {.name = "executable",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning = "Whether a file that is not unpacked is a program.",
     .beside = "url"},

    {.name = "deb",
     .kind = KeyKind::strings,
     .form = Form::package,
     .required = true,
     .meaning =
         "A root of Debian packages and everything they depend on: names of packages, or `NAME=VERSION`.",
     .least = 1,
     .beside = "deb"},
    {.name = "archive",
     .form = Form::name,
     .meaning =
         "Where they come from: a name, which the user's own config.toml explains (see contract(1)), or "
         "else the sources of this machine's apt do. The lock has neither it nor `mirror`, so that it "
         "means the same behind another mirror.",
     .beside = "deb"},
    {.name = "mirror",
     .kind = KeyKind::strings,
     .form = Form::url,
     .meaning = "The URLs of the archive, where the contract says them itself.",
     .beside = "deb"},
    {.name = "suites",
     .kind = KeyKind::strings,
     .form = Form::archive_word,
     .required = true,
     .meaning = "Such as `\"bookworm\"`, `\"bookworm-security\"`.",
     .least = 1,
     .beside = "deb"},
    {.name = "components",
     .kind = KeyKind::strings,
     .form = Form::archive_word,
     .standard = "[\"main\"]",
     .meaning = "The components of the archive.",
     .beside = "deb"},
    {.name = "snapshot",
     .form = Form::timestamp,
     .meaning = "`20260601T000000Z`: the archive as it was then. Needs an archive whose place has snapshots.",
     .beside = "deb"},
    {.name = "keys",
     .form = Form::path,
     .standard = "the archive's in the user's configuration, else Debian's on this machine",
     .meaning = "The keyring that signs the archive, a file of the repository.",
     .beside = "deb"},
    {.name = "essential",
     .kind = KeyKind::flag,
     .standard = "true",
     .meaning =
         "Adds the suite's essential packages, which no other package depends on by name. Without them "
         "there is no `/bin/sh`.",
     .beside = "deb"},
    {.name = "recommends",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning = "Whether recommended packages come along.",
     .beside = "deb"},
    {.name = "configure",
     .kind = KeyKind::flag,
     .standard = "false",
     .meaning =
         "Whether the packages' own scripts run, sealed, once, as one more step of the build. Without it "
         "nothing of a package is executed, so a lock made on one system covers others.",
     .beside = "deb"},
    {.name = "links",
     .kind = KeyKind::pairs,
     .form = Form::filled,
     .key_form = Form::file_of_root,
     .meaning =
         "Symlinks of the root, path by path: `\"/usr/bin/awk\" = \"mawk\"`. Without `configure` they take "
         "the place of what update-alternatives(1) would have made; its usual calls are followed by "
         "themselves.",
     .beside = "deb"},

    {.name = "oci",
     .form = Form::image,
     .required = true,
     .meaning =
         "A root from an image, `REGISTRY/NAME:TAG`, or with `@sha256:DIGEST` at its end. The registry's "
         "host is "
         "written out; there is no default one. Without a tag and a digest, `latest` is meant; where both "
         "are "
         "there, the digest decides. For each system the image of its platform is taken, in the most general "
         "variant that is offered: linux/amd64, linux/arm64, linux/riscv64, linux/ppc64le, linux/s390x, "
         "linux/arm/v7, linux/386. Layers may be plain or compressed with gzip or zstd. Devices, owners and "
         "set-user-id bits of the image are not kept. Everything is fetched by https; only from the machine "
         "itself http is taken. The lock names every layer, so the tag is asked for by `contract lock` and "
         "`contract update` alone.",
     .beside = "oci"},

    {.name = "path",
     .form = Form::directory,
     .required = true,
     .meaning =
         "A directory beside the repository, pinned by content. Every file in it counts, but for `.git`.",
     .beside = "path"},

    {.name = "host",
     .kind = KeyKind::strings,
     .form = Form::folder,
     .required = true,
     .meaning =
         "Absolute folders of this machine, as a root for builds. It is never locked and not hermetic, and "
         "every report says so.",
     .least = 1,
     .beside = "host"},
});

constexpr std::array relations = std::to_array<Relation>({
    {Relation::Kind::one_of, "git url deb oci path host"},
    {Relation::Kind::not_both, "ref rev", "git"},
    {Relation::Kind::any_of, "archive mirror", "deb"},
});

}  // namespace

constinit const Shape contract_shape{"contract", "[contract]", "The first table of the file.", contract_keys};

constinit const Shape input_shape{"inputs.NAME",
                                  "[inputs.NAME]",
                                  "Everything that comes from outside. Each has exactly one of `git`, `url`, "
                                  "`deb`, `oci`, `path`, `host`. All "
                                  "but the last are pinned by content in contract.lock. `deb` and `oci` are "
                                  "roots: file systems that builds, "
                                  "commands and rehearsals see at `/`, the same on every machine. They are "
                                  "locked for each of the contract's "
                                  "`systems`, which a contract with one must name.",
                                  input_keys,
                                  nullptr,
                                  relations};

}  // namespace contract::core
