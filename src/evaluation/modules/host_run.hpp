// SPDX-License-Identifier: Apache-2.0
//
// One host decided by its modules: every option gets its value, or is unset, or is broken and said so. What
// does not differ between hosts is decided once, in a run without a host that the others look into.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "contract/core/host_config.hpp"
#include "merge.hpp"
#include "module_set.hpp"

namespace contract::evaluation {

struct HostFacts {
    std::string name;
    std::string group;
    std::optional<std::int64_t> index;
    std::string host_class;
    std::string system;
};

// An option of one entry: the keys of the placeholders on its path, each with a NUL behind it.
struct Resolved {
    std::string keys;
    Merged merged;
    std::vector<std::uint32_t> definitions;  // active ones, in order; the losers too
};

// An entry of a map of submodules: its keys, and the first definition that makes it.
struct MapEntry {
    std::string keys;
    std::uint32_t definition = 0;
};

class HostRun {
public:
    // The run for what all hosts share.
    HostRun(const ModuleSet& set, const Surroundings& surroundings);
    // The run of a host; `shared` must outlive it.
    HostRun(const HostRun& shared, const HostFacts& host);
    ~HostRun();
    HostRun(const HostRun&) = delete;
    HostRun& operator=(const HostRun&) = delete;

    void decide();  // every option, then assertions and warnings
    Reports& reports() { return reports_; }
    bool failed() const;                        // shared mistakes count
    std::set<std::string> blocked_by() const;   // targets without which something has no value
    std::vector<ExpressionIndex> used() const;  // expressions that were evaluated

    const ModuleSet& modules() const { return set_; }
    const std::vector<Resolved>& resolved(OptionIndex option) const;
    const Resolved* find(OptionIndex option, const std::string& keys) const;
    // The entries of a map of submodules, each with the keys around it.
    const std::vector<MapEntry>& entries(NodeIndex map) const;
    // The value of an option for one entry, defaults included.
    Merged value(OptionIndex option, const std::string& keys) const;
    // Which entries a map has depends on what is wrong and was told.
    bool is_undecided(NodeIndex map) const;
    // Whether a setting counts for this host; none: it was never asked, or could not be decided.
    std::optional<bool> is_active(std::uint32_t setting) const;
    // Something below this entry is wrong and was told: what it misses is no second mistake.
    bool is_doubtful(NodeIndex map, const std::string& keys) const;
    const expression::Value& config() const { return config_; }
    // Every definition that has a say in an option, for `contract show`.
    struct Said {
        std::uint32_t definition = 0;
        core::Fate fate = core::Fate::lost;
        std::optional<expression::Value> value;
        std::vector<std::string> parts;  // that come from it
    };
    std::vector<Said> said(OptionIndex option, const std::string& keys);

private:
    struct Iteration {
        expression::Value each;  // null without `for`
    };
    struct SettingState {
        bool known = false;
        bool broken = false;
        std::vector<Iteration> iterations;
    };
    struct Candidate {
        std::uint32_t definition = 0;
        std::uint32_t iteration = 0;
        std::string keys;
    };
    class Config;
    class Names;

    HostRun(const ModuleSet& set, const Surroundings& surroundings, const HostRun* shared);
    bool mine(bool varies) const { return varies == (shared_ != nullptr); }

    const SettingState& setting(std::uint32_t index);
    void decide_setting(std::uint32_t index, SettingState& state);
    void iterate(const expression::Value& over, const CompiledSetting& compiled, SettingState& state);
    std::optional<bool> condition(ExpressionIndex index, const expression::Value& each);

    std::optional<expression::Value> evaluate(ExpressionIndex index, const expression::Value& each);
    std::optional<std::string> text(const CompiledText& text, const expression::Value& each, Span where);
    std::optional<expression::Value> value(const CompiledValue& value, const expression::Value& each);
    std::optional<std::string> keys_of(const Definition& definition, std::size_t number,
                                       const expression::Value& each);

    // The active definitions of `indices` that no replacement or removal took away. False: undecidable.
    bool collect(const std::vector<std::uint32_t>& indices, const std::vector<std::uint32_t>& replacements,
                 const std::vector<std::uint32_t>& removals, std::size_t keys, bool report,
                 std::vector<Candidate>& found);
    bool is_replaced(const Candidate& candidate, const std::vector<std::uint32_t>& active) const;
    std::vector<std::uint32_t> active_replacements(const std::vector<std::uint32_t>& all, bool report,
                                                   bool& undecidable);
    void decide_option(OptionIndex index);
    void decide_map(NodeIndex index);
    std::optional<Resolved> resolve_alone(OptionIndex index, Candidate& candidate);
    Resolved resolve(OptionIndex index, std::span<const Candidate> group, std::vector<Origin>* origins);
    bool offer(const Candidate& candidate, Offer& out);
    void check_type(OptionIndex index, const std::string& keys, std::vector<Offer>& offers, bool& broken);
    void check_constraints(OptionIndex index, const Resolved& resolved);
    void require_values();
    void require_value(OptionIndex index, const std::string& keys, const Span& where);
    void help_with_entry(core::Finding& finding, OptionIndex option, const std::string& keys) const;
    void judge(const CompiledAssertion& assertion);
    std::string message_of(const CompiledText& message);
    Span place(const Expression& expression, std::size_t begin, std::size_t end) const;
    std::string path_of(OptionIndex option, const std::string& keys) const;

    const ModuleSet& set_;
    const Surroundings& surroundings_;
    const HostRun* shared_ = nullptr;
    expression::Value host_;
    expression::Value config_;
    std::vector<SettingState> settings_;
    std::vector<std::vector<Resolved>> options_;
    std::vector<char> broken_options_;  // undecidable whatever the entry
    std::vector<std::vector<MapEntry>> entries_;
    std::vector<char> decided_maps_;
    std::vector<char> undecided_maps_;  // some entries are not known, which was told
    std::vector<char> used_;
    std::set<std::string> blocked_by_;
    Reports reports_;
    bool failed_ = false;
    std::size_t iterations_ = 0;  // of every `for`
    bool too_many_told_ = false;
};

}  // namespace contract::evaluation
