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

#include "contract/base/boxed.hpp"
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
    std::optional<std::int64_t> memory_bytes;  // of each process
    friend bool operator==(const Limits&, const Limits&) = default;
};

struct Package : TargetHead {
    std::optional<SourceSelection> source;
    Texts patches;  // "./patches/x.patch", applied in order
    Command build;
    std::optional<Text> main;  // what `contract run` runs: "bin/tool"; none: bin/<name>
    Limits limits;
    friend bool operator==(const Package&, const Package&) = default;
};

struct Check : TargetHead {
    std::optional<SourceSelection> source;
    Texts patches;
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

// A formatter rewrites files in place; `check` runs it on a copy.
struct Formatter : TargetHead {
    Texts files;    // git pathspecs
    Texts reads;    // other files it looks at
    Texts command;  // an argument list; the files are appended
    Texts after;    // "formatters.NAME": those that run before this one
    Limits limits;
    friend bool operator==(const Formatter&, const Formatter&) = default;
};

struct Shell : TargetHead {
    std::optional<Text> enter;  // a script that runs before the prompt
    friend bool operator==(const Shell&, const Shell&) = default;
};

// What people run: with the caller's network and files.
struct ShellCommand : TargetHead {
    Command run;
    Texts needs;  // "probes.NAME": those that must pass first
    friend bool operator==(const ShellCommand&, const ShellCommand&) = default;
};

// ── modules ──
// What an option takes, [options."web.port"]. Where `<name>` stands in the path, any key may stand.
struct OptionDeclaration {
    Text path;
    Span where;  // the header
    Text type;   // "list(string)"
    // Most options have few of these, and contracts may have many options.
    Boxed<Value> default_value;
    Boxed<Text> description;
    Boxed<Text> check;    // an expression over `value`
    Boxed<Text> message;  // of the check
    Boxed<Value> least;   // min: a number; of a list, its length
    Boxed<Value> most;    // max
    Boxed<Text> match;    // RE2, the whole string
    bool unique = false;
    bool readonly = false;
    bool sensitive = false;
    bool required = false;
    bool internal = false;
    bool broken = false;  // a mistake in it was reported; kept, so that what uses the option is no second one
    friend bool operator==(const OptionDeclaration&, const OptionDeclaration&) = default;
};

enum class Priority { defaults, normal, force };
std::string_view word(Priority priority);  // "default", "normal", "force"
enum class Order { before, normal, after };
std::string_view word(Order order);

// One [[set]], or [config], which is a short one.
struct Setting {
    Span where;  // the header
    Priority priority = Priority::normal;
    Order order = Order::normal;
    Span order_where;  // of the word, when one is written
    std::optional<Text> when;
    std::optional<Text> each;     // `for`
    std::optional<Text> because;  // always there with `force`
    Texts unset;                  // paths of options
    Texts replace;
    std::optional<Value> values;  // a table
    bool broken = false;          // a mistake in it was reported: nobody knows what it means
    friend bool operator==(const Setting&, const Setting&) = default;
};

struct ModuleAssertion {
    Span where;
    Text that;
    std::optional<Text> message;
    friend bool operator==(const ModuleAssertion&, const ModuleAssertion&) = default;
};
struct ModuleWarning {
    Span where;
    Text when;
    Text message;
    friend bool operator==(const ModuleWarning&, const ModuleWarning&) = default;
};
struct RenamedOption {
    Span where;
    Text from;
    Text to;
    bool broken = false;  // a mistake in it was reported; what could be read is here
    friend bool operator==(const RenamedOption&, const RenamedOption&) = default;
};
struct RemovedOption {
    Span where;
    Text option;
    Text reason;
    bool broken = false;  // as in RenamedOption
    friend bool operator==(const RemovedOption&, const RemovedOption&) = default;
};

// A file of options and definitions; and what a host says itself, which is a module without options.
struct Module {
    std::optional<Text> module_class;  // "linux", "home"; none: any
    std::optional<Text> description;
    Texts imports;  // "./tls.toml", "modules.NAME", "inputs.site.modules.ntp"
    Texts disable;
    std::vector<OptionDeclaration> options;
    std::vector<Setting> settings;  // in document order
    std::vector<ModuleAssertion> assertions;
    std::vector<ModuleWarning> warnings;
    std::vector<RenamedOption> renamed;
    std::vector<RemovedOption> removed;
    bool incomplete = false;  // imports or options that could not be read: nobody knows what is declared
    friend bool operator==(const Module&, const Module&) = default;
};

// [modules]: a name for a module of this contract.
struct ExportedModule {
    Text name;
    Text path;  // "./modules/web.toml"
    friend bool operator==(const ExportedModule&, const ExportedModule&) = default;
};

// "gpu-[001-064]": the prefix, the first and last number, and how many digits are written. A name without
// brackets is one host.
struct HostRange {
    std::string prefix;
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::size_t digits = 0;
    std::string suffix;
    friend bool operator==(const HostRange&, const HostRange&) = default;
};

struct Host {
    Text name;  // as written: "web", "gpu-[001-064]"
    Span where;
    std::optional<HostRange> range;
    std::optional<Text> description;
    std::optional<Text> system;      // none: the contract's only system, else an error of evaluation
    std::optional<Text> host_class;  // "linux"; none: another table says it whose names overlap
    std::optional<Text> root;        // "inputs.NAME"
    std::optional<Text> when;
    Texts modules;
    Module body;          // config, set, assert and warn of the host's table
    bool broken = false;  // in Manifest::broken too; kept, so that its modules are judged
    friend bool operator==(const Host&, const Host&) = default;
};

// ── policies and overrides ──
struct Policy {
    Text name;
    Span where;
    Text assertion;  // an expression over the plan
    std::optional<Text> message;
    std::optional<Text> when;
    bool warning = false;  // severity = "warning"
    friend bool operator==(const Policy&, const Policy&) = default;
};

// What is changed of a package of a contract that is an input, everywhere in this graph.
struct Override {
    Text package;  // "inputs.site.packages.gateway"
    Span where;
    Texts patches;              // appended
    Texts uses;                 // appended
    std::vector<Variable> env;  // merged
    std::optional<SourceSelection> source;
    std::optional<Command> build;
    std::optional<Text> root;
    std::optional<Text> main;
    std::optional<std::int64_t> timeout_seconds;
    std::optional<std::int64_t> silence_seconds;
    std::optional<std::int64_t> memory_bytes;
    friend bool operator==(const Override&, const Override&) = default;
};

struct Manifest {
    ContractHeader contract;
    std::vector<Input> inputs;  // each list in document order
    std::vector<Toolchain> toolchains;
    std::vector<Package> packages;
    std::vector<Check> checks;
    std::vector<Formatter> formatters;
    std::vector<Shell> shells;
    std::vector<ShellCommand> commands;
    std::vector<ExportedModule> modules;
    std::vector<Host> hosts;
    std::vector<Probe> probes;
    std::vector<Policy> policies;
    std::vector<Override> overrides;
    // Targets and inputs whose table has mistakes and is therefore in no list: "packages.zlib",
    // "inputs.base". A reference to one is blocked by the findings about it, not unknown.
    std::vector<std::string> broken;
    Sources sources;  // the text every Span points into
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

}  // namespace contract::core
