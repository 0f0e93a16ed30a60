// SPDX-License-Identifier: Apache-2.0
//
// What one evaluation knows while it runs, private to this room: the declared targets, what each needs, what
// went wrong with it, and the variables of expressions. Targets are indices into one list in document order.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "contract/evaluation/evaluate.hpp"
#include "contract/expression/expression.hpp"
#include "folder.hpp"
#include "hosts.hpp"

namespace contract::evaluation {

enum class TargetKind { input, toolchain, package, check, formatter, shell, command, host, probe, policy };
std::string_view folder_of(TargetKind kind);  // "packages"

// Why one target needs another. The place is worked out only when a finding shows it: `literal` is the string
// in the file, [begin, end) the bytes in its value, the whole string when both are zero.
struct Need {
    std::size_t target = 0;
    const Span* literal = nullptr;
    std::size_t begin = 0;
    std::size_t end = 0;
    // Decided before, and no more: named in an expression of a module, which may never be evaluated, or a
    // formatter that comes first.
    bool only_before = false;
};

struct Target {
    std::string name;  // "packages.zlib"; of a contract input "inputs.site.packages.zlib"
    TargetKind kind = TargetKind::input;
    Span where;
    std::size_t scope = 0;  // whose declaration it is
    std::size_t index = 0;  // in that manifest's list of its kind; of a host in State::hosts
    std::vector<Need> needs;
    bool declared_well = true;  // false: its table has mistakes, which the manifest parser reported
    bool failed = false;
    std::vector<std::string> blocked_by;
    std::optional<std::string> not_applicable;  // the reason

    bool usable() const { return !failed && blocked_by.empty() && !not_applicable; }
};

// One string with interpolations, parsed once.
struct Template {
    struct Part {
        std::string text;  // literal
        std::optional<expression::Program> program;
        std::size_t begin = 0;  // of the expression's text in the string
    };
    std::vector<Part> parts;
    bool broken = false;  // a mistake in it has been reported
};

// What a target stands on, toolchains followed.
struct Standing {
    struct Variable {
        std::string value;
        Span where;
        std::string from;  // the target that set it
    };
    core::Root root;
    Span root_where;
    std::vector<core::StorePath> uses;      // declared order, unique
    std::vector<core::StorePath> packages;  // those of `uses` whose bin goes on PATH
    std::map<std::string, Variable> environment;
    std::vector<std::string> depends_on;  // packages and locked inputs
};

// A policy, parsed and checked.
struct CompiledPolicy {
    expression::Program assertion;
    std::optional<expression::Program> condition;
    Template message;
};

class HostModules;

// One contract: what its references and expressions can name. The first is ours, each other one stands behind
// a contract input.
struct Scope {
    std::string input;  // "site", "site/base"; empty: ours
    const core::Manifest* manifest = nullptr;
    core::Files* files = nullptr;
    const FlatContract* flat = nullptr;                                  // null: ours
    std::map<std::string, std::pair<TargetKind, std::size_t>> declared;  // theirs, not yet needed
    expression::NamedTypes types;
    expression::NamedTypes early_types;  // of what has a value before anything else: for conditions
    expression::NamedValues values;
    std::shared_ptr<Folder> inputs, packages, toolchains;  // what the variables of these names hold
    std::map<std::string, std::shared_ptr<Folder>> parts;  // by alias: those of `inputs` that are contracts
};

class State {
public:
    explicit State(const Request& request);
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    const Request& request;
    const core::Manifest& manifest;
    std::deque<Scope> scopes;
    // All of ours, in document order. One of another contract joins when something needs it.
    std::deque<Target> targets;
    core::Plan plan;
    std::unordered_map<const std::string*, Template> templates;  // by the string in the manifest
    std::unordered_map<std::size_t, Standing> toolchains;        // finished ones
    std::unordered_map<std::size_t, core::Root> package_roots;
    std::vector<HostEntry> hosts;               // by Target::index
    Sources sources;                            // of the manifests, and of every module file that was read
    std::vector<Span> secrets;                  // literals that no report shows
    std::unique_ptr<HostModules> host_modules;  // set when the rest is there
    std::unordered_map<std::size_t, core::StorePath> paths;     // of packages and locked inputs
    std::unordered_map<std::size_t, Digest> trees;              // of locked inputs
    std::map<std::size_t, core::Package> overridden;            // packages as [overrides] has changed them
    std::map<std::size_t, std::vector<std::string>> formatted;  // the files of formatters
    std::map<std::size_t, CompiledPolicy> policies;             // those without a mistake
    std::vector<std::size_t> unlocked;                          // without a pin: the first has the finding
    bool explain_hosts = false;                                 // a policy reads what hosts have decided

    const Scope& scope_of(std::size_t target) const { return scopes[targets[target].scope]; }
    const core::Manifest& manifest_of(std::size_t target) const { return *scope_of(target).manifest; }
    const core::Input& input_of(std::size_t target) const {
        return manifest_of(target).inputs[targets[target].index];
    }

    const core::Package& package_of(std::size_t target) const;
    // Whose names a text of `target` uses: those of the file it stands in, which is ours in [overrides].
    std::size_t scope_at(std::size_t target, const Span& where) const;
    const HostEntry& host_of(std::size_t target) const { return hosts[targets[target].index]; }
    const FlatInput* flat_input(const std::string& name) const;  // "site/zlib"; null for ours

    // By the name in the plan.
    std::optional<std::size_t> find(const std::string& name) const;
    // What `name` means in the contract that declares `target`: "packages.zlib", "inputs.zlib",
    // "inputs.site.packages.gateway". What a contract input that failed would declare is that input.
    std::optional<std::size_t> resolve(std::size_t target, const std::string& name);
    std::optional<std::size_t> resolve(std::size_t target, const core::Text& name);
    std::optional<std::size_t> resolve_in(std::size_t scope, const std::string& name);
    // The contract behind what a scope calls `inputs.ALIAS`.
    std::optional<std::size_t> scope_behind(std::size_t scope, const std::string& alias) const;
    // What can be named in a scope, as it would be written there.
    std::vector<std::string> names_of(std::size_t scope, std::initializer_list<TargetKind> kinds) const;
    // The packages and toolchains of the contract that the scope calls `input` ("inputs.site"); none when
    // there is no such input.
    std::optional<std::vector<std::string>> parts_of(std::size_t scope, const std::string& input);

    // An error of `target`, which fails with it. The reference is good until the next one.
    core::Finding& fail(std::size_t target, std::string code, std::string message, const Span& where);
    core::Finding& fail(std::size_t target, const expression::Problem& problem, const Span& literal,
                        std::size_t offset);
    void fail(std::size_t target, const Error& error, const Span& where);
    // Shows where `other` is declared; a declaration that could not be read has no place.
    void relate(core::Finding& finding, std::size_t other) const;
    // Gives expressions a value: of an input, or of a package.
    void publish(std::size_t target, expression::Map fields);
    core::Finding& warn(std::string target, std::string code, std::string message, const Span& where);
    core::Finding& add(core::Finding finding);
    const std::deque<core::Finding>& findings() const { return findings_; }

    Span place(const Span& literal, std::size_t begin, std::size_t end) const;
    Span place(const Need& need) const;

private:
    void declare(TargetKind kind, const std::string& name, const Span& where, std::size_t index);
    void declare_host(std::size_t index);
    void declare_broken();
    void open_scopes();
    void declare_variables(Scope& scope);
    void declare_parts(Scope& scope);
    std::optional<std::size_t> resolve_input(std::size_t scope, const std::string& alias);
    std::optional<std::size_t> resolve_part(std::size_t scope, const std::string& alias,
                                            const std::string& part);
    std::optional<std::size_t> reach(std::size_t scope, const std::string& name);
    std::size_t join(Target target);

    std::unordered_map<std::string, std::size_t> by_name_;
    std::unordered_map<std::string, std::size_t> scope_by_input_;
    std::unordered_map<std::string, const FlatInput*> flat_;  // theirs, by name
    std::unordered_map<std::string, std::vector<std::pair<std::size_t, std::string>>> aliases_;
    std::deque<core::Finding> findings_;
};

// What a scope's name for an input stands for in the flat list; none for a name that is not declared.
std::optional<std::string> flat_name(const Scope& scope, const std::string& alias);

// An input that a target can be built and run in: deb, oci, host.
bool can_be_root(const State& state, std::size_t target);

// The steps, in the order evaluate() takes them. A target of another contract that joins later goes through
// plan_input or decide_condition when it does.
void plan_inputs(State& state);
void plan_input(State& state, std::size_t target);
void decide_conditions(State& state);
void decide_condition(State& state, std::size_t target);
void collect_needs(State& state);
// Which files each formatter has, and that those which share one say their order.
void select_formatted(State& state);
// Parses and checks policies, once all targets that will be planned are known, and judges them over a plan
// that is complete and sorted.
void compile_policies(State& state);
void judge_policies(State& state);
// What the contract says and need not: warnings, when every target is finished.
void lint(State& state);
// Whether everything that `target` names has a value.
bool needs_are_usable(const State& state, std::size_t target);
std::vector<std::size_t> order_targets(State& state);  // needs first; targets on a cycle fail
void finish_toolchain(State& state, std::size_t target);
void finish_action(State& state, std::size_t target);
void finish_formatter(State& state, std::size_t target);
void finish_shell(State& state, std::size_t target);
void finish_command(State& state, std::size_t target);
void check_host(State& state, std::size_t target);
void finish_host(State& state, std::size_t target);
void finish_probe(State& state, std::size_t target);

}  // namespace contract::evaluation
