// SPDX-License-Identifier: Apache-2.0
//
// What contract.toml says, typed, every value with its place. Nothing is resolved, interpolated or merged
// yet: a reference is its text, an expression its text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "contract/core/value.hpp"

namespace contract::core {

using Text = Located<std::string>;
using Texts = std::vector<Text>;

struct ContractHeader {
    Located<std::int64_t> format;
    std::optional<Text> requires_version;  // ">= 0.1"
    Text name;
    std::optional<Text> description;
    Texts systems;                                // as declared; empty: every system
    std::optional<std::int64_t> min_age_seconds;  // of every input that says nothing else
    std::optional<Text> sandbox;                  // the least level accepted; none: "sealed"
    friend bool operator==(const ContractHeader&, const ContractHeader&) = default;
};

// ── inputs ──
struct GitSource {
    Text url;  // https, ssh, scp-like, file:, or a path relative to the contract directory
    std::optional<Text> ref;
    std::optional<Text> rev;
    std::optional<Text> subdir;
    bool submodules = false;
    friend bool operator==(const GitSource&, const GitSource&) = default;
};
struct UrlSource {
    Text url;  // https, http or file
    std::optional<Text> sha256;
    bool unpack = true;
    bool executable = false;  // of a file that is not unpacked
    friend bool operator==(const UrlSource&, const UrlSource&) = default;
};
// A root file system from Debian packages and all that they depend on.
struct DebSource {
    Texts packages;
    std::optional<Text> archive;  // a name that the user's configuration explains, or this machine's apt
    Texts mirrors;                // where the archive is, when the contract says so itself
    Texts suites;
    Texts components;              // none: main
    std::optional<Text> snapshot;  // "20260601T000000Z": the archive as it was then
    std::optional<Text> keys;      // "./keys/archive.gpg"; none: the keyring of this machine
    bool essential = true;
    bool recommends = false;
    bool configure = false;
    std::vector<std::pair<Text, Text>> links;  // path in the root → what it points to
    friend bool operator==(const DebSource&, const DebSource&) = default;
};
struct OciSource {
    Text reference;  // "registry.example.org/team/image:tag", or "…@sha256:<64 hex>"
    friend bool operator==(const OciSource&, const OciSource&) = default;
};
struct PathSource {
    Text path;
    friend bool operator==(const PathSource&, const PathSource&) = default;
};
struct HostSource {
    Texts folders;  // absolute paths of this machine
    friend bool operator==(const HostSource&, const HostSource&) = default;
};
struct Input {
    Text name;
    Span where;  // the table's header
    std::variant<GitSource, PathSource, HostSource, UrlSource, DebSource, OciSource> source;
    bool contract = false;  // it has a contract.toml whose packages and toolchains can be used
    std::vector<std::pair<Text, Text>> follows;   // its input → one of ours, "inputs.NAME"
    std::optional<std::int64_t> min_age_seconds;  // lock and update take nothing younger
    friend bool operator==(const Input&, const Input&) = default;
};

// ── targets ──
struct Variable {
    Text name;
    Text value;  // interpolated
    friend bool operator==(const Variable&, const Variable&) = default;
};

// What a target stands on. `where` is the header "[packages.zlib]".
struct TargetHead {
    Text name;
    Span where;
    std::optional<Text> description;
    std::optional<Text> root;  // "inputs.NAME"
    Texts uses;
    std::vector<Variable> env;
    std::optional<Text> when;  // an expression
    std::optional<Texts> systems;
    friend bool operator==(const TargetHead&, const TargetHead&) = default;
};

struct Toolchain : TargetHead {
    friend bool operator==(const Toolchain&, const Toolchain&) = default;
};

// "./path", "inputs.NAME", or a path with pathspecs.
struct SourceSelection {
    Text from;
    Texts include;  // none: everything tracked
    Texts exclude;
    friend bool operator==(const SourceSelection&, const SourceSelection&) = default;
};

// A script for /bin/sh -eu of the root, or an argument list run without a shell.
using Command = std::variant<Text, Texts>;

struct Limits {
    std::int64_t timeout_seconds = 3600;
    std::int64_t silence_seconds = 900;
    friend bool operator==(const Limits&, const Limits&) = default;
};

struct Package : TargetHead {
    std::optional<SourceSelection> source;
    Command build;
    std::optional<Text> main;  // what `contract run` runs: "bin/tool"; none: bin/<name>
    Limits limits;
    friend bool operator==(const Package&, const Package&) = default;
};

struct Check : TargetHead {
    std::optional<SourceSelection> source;
    Command run;
    Limits limits;
    friend bool operator==(const Check&, const Check&) = default;
};

struct Probe {
    Text name;
    Span where;
    Text kind;
    Map parameters;  // the kind's own keys; strings in them are interpolated
    std::optional<Text> description;
    std::optional<Text> expect;  // an expression over the kind's facts; none: the kind's default
    Texts uses;
    std::optional<Text> when;
    std::optional<Texts> systems;
    std::optional<Texts> hosts;  // host names; none: wherever `check` runs
    std::optional<Text> hint;
    bool warning = false;  // severity = "warning"
    bool show = false;     // contents may be printed as evidence
    std::int64_t timeout_ms = 5000;
    std::int64_t attempts = 1;
    std::int64_t interval_ms = 1000;
    friend bool operator==(const Probe&, const Probe&) = default;
};

struct Host {
    Text name;
    Span where;
    std::optional<Text> description;
    std::optional<Text> system;  // none: the contract's only system, else an error of evaluation
    Text host_class;             // "linux"
    std::optional<Text> root;    // "inputs.NAME"
    std::optional<Text> when;
    std::optional<Value> config;  // the options of the class; a table
    friend bool operator==(const Host&, const Host&) = default;
};

struct Manifest {
    ContractHeader contract;
    std::vector<Input> inputs;  // each list in document order
    std::vector<Toolchain> toolchains;
    std::vector<Package> packages;
    std::vector<Check> checks;
    std::vector<Host> hosts;
    std::vector<Probe> probes;
    // Targets and inputs whose table has mistakes and is therefore in no list: "packages.zlib",
    // "inputs.base". A reference to one is blocked by the findings about it, not unknown.
    std::vector<std::string> broken;
    Sources sources;  // the text every Span points into
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

}  // namespace contract::core
