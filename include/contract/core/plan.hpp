// SPDX-License-Identifier: Apache-2.0
//
// What the contract means: recipes with their output paths, hosts with rendered files, probes with their
// expectations. A pure function of files, lock and system: the same inputs give the same bytes on every
// machine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "contract/core/finding.hpp"
#include "contract/core/generation.hpp"
#include "contract/core/host_config.hpp"
#include "contract/core/lock.hpp"
#include "contract/core/recipe.hpp"

namespace contract::core {

enum class InputKind { git, path, host, url, deb, oci };
std::string_view word(InputKind kind);

struct PlannedInput {
    std::string target;  // "inputs.zlib"; of an input of an input "inputs.site/zlib"
    Span where;
    InputKind kind = InputKind::git;
    std::string url;  // git, url: as declared; path: the declared path; oci: the reference
    std::string ref;
    std::string subdir;
    Pin pin;                           // empty for host
    Digest tree;                       // of the pin, for the plan's system; zero for host
    StorePath path;                    // where that tree is mounted; empty for host
    std::vector<std::string> folders;  // host
    // Of a path input that a contract input declares: the input whose tree it is a folder of, "inputs.site".
    // Empty: a relative path starts at the contract directory.
    std::string base;
    std::variant<std::monostate, UrlSource, DebSource, GitSource> source;  // what fetching has to know of it
    friend bool operator==(const PlannedInput&, const PlannedInput&) = default;
};

struct PlannedPatch {
    std::string path;  // of the file, relative to its contract: "patches/soname.patch"
    Span where;        // where it is named
    friend bool operator==(const PlannedPatch&, const PlannedPatch&) = default;
};

// A key of a package that [overrides] has changed.
struct ChangedKey {
    std::string key;
    Span where;  // the table
    friend bool operator==(const ChangedKey&, const ChangedKey&) = default;
};

// A package or a check: one action. A check's output is empty and only its success counts. A formatter is
// several: each runs on some of its files, and passes when it leaves them as they are.
struct PlannedAction {
    std::string target;  // "packages.zlib", "checks.unit"
    Span where;
    std::string description;
    Recipe recipe;
    StorePath output;
    Limits limits;
    std::string main;  // of a package: its program, relative to its output; empty: bin/<name>
    std::vector<std::string>
        depends_on;  // targets and inputs: "packages.zlib", "inputs.zlib"; sorted, unique
    std::vector<std::string> declared_tools;  // targets named in `uses`, for evidence
    std::vector<PlannedPatch> patches;        // those of the recipe, in its order
    std::vector<ChangedKey> changed;
    std::vector<std::string> files;  // of a formatter: what it may change, the last arguments of its command
    friend bool operator==(const PlannedAction&, const PlannedAction&) = default;
};

struct PlannedFormatter {
    std::string target;
    Span where;
    std::string description;
    std::vector<PlannedAction> batches;
    std::vector<std::string> after;  // targets: formatters that come before this one
    std::vector<std::string> depends_on;
    friend bool operator==(const PlannedFormatter&, const PlannedFormatter&) = default;
};

// What people enter. Nothing of it is built but what it stands on.
struct PlannedShell {
    std::string target;
    Span where;
    std::string description;
    Root root;
    std::vector<StorePath> uses;
    std::map<std::string, std::string> environment;
    std::string enter;  // a script for /bin/sh; empty: none
    std::vector<std::string> depends_on;
    friend bool operator==(const PlannedShell&, const PlannedShell&) = default;
};

struct PlannedCommand {
    std::string target;
    Span where;
    std::string description;
    Root root;
    std::vector<StorePath> uses;
    std::map<std::string, std::string> environment;
    std::vector<std::string> command;  // the caller's arguments are appended
    std::vector<std::string> needs;    // targets: probes that have to pass first
    std::vector<std::string> depends_on;
    friend bool operator==(const PlannedCommand&, const PlannedCommand&) = default;
};

struct PlannedToolchain {
    std::string target;
    Span where;
    Root root;
    std::vector<StorePath> uses;
    std::map<std::string, std::string> environment;
    std::vector<std::string> depends_on;
    friend bool operator==(const PlannedToolchain&, const PlannedToolchain&) = default;
};

struct PlannedHost {
    std::string target;  // "hosts.web"
    Span where;
    std::string description;
    std::string system;
    std::string host_class;
    Root root;
    Generation generation;
    std::vector<ConfigValue> config;  // by path; only when evaluation was asked to explain
    // With `config`: the paths of those tables of entries that have none.
    std::vector<std::vector<std::string>> empty_tables;
    std::vector<std::string> depends_on;
    friend bool operator==(const PlannedHost&, const PlannedHost&) = default;
};

using Parameter = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

struct PlannedProbe {
    std::string target;  // "probes.api"; of a host "hosts.web.kernel.sysctl.vm.swappiness"
    Span where;
    std::string option;  // of a host: what it comes from, "kernel.sysctl"
    std::string description;
    std::string kind;
    std::map<std::string, Parameter> parameters;
    std::map<std::string, Span> parameter_spans;
    std::string expect;                // the text; the kind's default when nothing was declared
    std::optional<Span> expect_where;  // of the string literal; none for a default
    std::vector<StorePath> uses;       // for PATH
    std::vector<std::string> hosts;    // empty: everywhere
    std::string hint;
    Severity severity = Severity::error;
    bool show = false;
    std::int64_t timeout_ms = 5000;
    std::int64_t attempts = 1;
    std::int64_t interval_ms = 1000;
    std::vector<std::string> depends_on;
    friend bool operator==(const PlannedProbe&, const PlannedProbe&) = default;
};

// A module that contracts with this one as an input can import by its name.
struct PlannedModule {
    std::string target;  // "modules.web"
    Span where;
    std::string path;  // of its file, relative to the contract directory
    friend bool operator==(const PlannedModule&, const PlannedModule&) = default;
};

// A rule over the plan that could be judged.
struct PlannedPolicy {
    std::string target;  // "policies.reviewed-hosts"
    Span where;
    std::string assertion;  // the expression
    std::string condition;  // the text of `when`; empty: none
    std::string message;    // as written, not interpolated; empty: none
    Severity severity = Severity::error;
    bool holds = true;
    friend bool operator==(const PlannedPolicy&, const PlannedPolicy&) = default;
};

// A declared target that is not planned: it failed, is blocked, or is for another system.
struct Unplanned {
    std::string target;
    Span where;
    Outcome outcome = Outcome::failed;  // failed, blocked or not-applicable
    std::vector<std::string> blocked_by;
    std::string reason;  // for not-applicable
    friend bool operator==(const Unplanned&, const Unplanned&) = default;
};

// Every list is sorted by target.
struct Plan {
    std::string contract;
    std::string description;
    std::string system;
    std::vector<PlannedInput> inputs;
    std::vector<PlannedToolchain> toolchains;
    std::vector<PlannedAction> packages;
    std::vector<PlannedAction> checks;
    std::vector<PlannedFormatter> formatters;
    std::vector<PlannedShell> shells;
    std::vector<PlannedCommand> commands;
    std::vector<PlannedModule> modules;
    std::vector<PlannedPolicy> policies;
    std::vector<PlannedHost> hosts;
    std::vector<PlannedProbe> probes;
    std::vector<Unplanned> unplanned;
    friend bool operator==(const Plan&, const Plan&) = default;
};

// "packages.zlib", and of a contract input "inputs.site.packages.zlib".
bool is_package(std::string_view target);
// The contract input that a package or toolchain comes from: "inputs.site"; empty for one of ours, and for an
// input.
std::string_view contract_of(std::string_view target);

}  // namespace contract::core
