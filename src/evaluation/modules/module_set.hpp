// SPDX-License-Identifier: Apache-2.0
//
// A list of modules, compiled: the tree of their options, every definition with the option it is of, every
// expression parsed and checked, and the order in which options can be decided. Hosts with the same modules
// share one; nothing here knows a host. Indices point into the vectors of the ModuleSet.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/manifest.hpp"
#include "contract/expression/expression.hpp"
#include "option_tree.hpp"
#include "reports.hpp"

namespace contract::evaluation {

// An option that is not there, and why: for whoever names it all the same.
struct AbsentOption {
    std::string path;  // "users", "files.<path>.owner"
    std::string reason;
};

// A module with the place its names are looked up in.
struct LoadedModule {
    std::string identity;   // loaded once by it: "modules/web.toml", "inputs.site/modules/ntp.toml"
    std::string shown;      // as people call it: "modules.web", "hosts.web", "the options of class 'linux'"
    std::string folder;     // of its file, relative to its contract: "modules", "."
    std::size_t scope = 0;  // whose packages and inputs its expressions name; 0: ours
    const core::Module* module = nullptr;
    bool built_in = false;
    const std::vector<AbsentOption>* absent = nullptr;
};

// What the world outside of modules is to their expressions.
class Surroundings {
public:
    virtual ~Surroundings() = default;
    virtual const expression::Types& types(std::size_t scope) const = 0;
    virtual const expression::Variables& variables(std::size_t scope) const = 0;
    virtual const Sources& sources() const = 0;
    // The targets that a program names; names that mean nothing are reported.
    virtual std::vector<std::size_t> needs(const expression::Program& program, std::size_t scope,
                                           const Span& literal, std::size_t offset, Reports& reports) = 0;
    // Those of them that have no value: what they name blocks whoever reads them.
    virtual std::vector<std::string> unusable(const std::vector<std::size_t>& needs) const = 0;
};

// What an expression reads of `config`.
struct ConfigRead {
    NodeIndex node = 0;      // the option, or the table of options that is read whole
    bool keys_only = false;  // has(): only which entries a map of submodules has
    std::size_t begin = 0;   // bytes of the expression's text
    std::size_t end = 0;
};

struct Expression {
    expression::Program program;
    std::size_t module = 0;
    const core::Text* text = nullptr;  // null: of a string among values, see `literal`
    Span literal;                      // the string it stands in
    std::size_t offset = 0;            // of the expression in that string
    std::vector<ConfigRead> reads;
    std::vector<std::size_t> needs;  // targets
    bool reads_host = false;
    bool reads_each = false;
    bool sensitive = false;  // its value is not printed
};
using ExpressionIndex = std::uint32_t;

// A value as written, ready to be evaluated. Whatever has no expression in it is a constant.
struct CompiledText {
    struct Part {
        std::string text;
        std::optional<ExpressionIndex> expression;
    };
    std::vector<Part> parts;
};
struct CompiledPieces;
struct CompiledValue {
    enum class Form : std::uint8_t { constant, text, list, map };
    Form form = Form::constant;
    expression::Value constant;
    Boxed<CompiledPieces> pieces;  // of every other form
    const core::Value* source = nullptr;
};
struct CompiledEntry {
    CompiledText key;
    CompiledValue value;
};
struct CompiledPieces {
    CompiledText text;
    std::vector<CompiledValue> items;    // list
    std::vector<CompiledEntry> entries;  // map
};

// One [[set]] or [config].
struct CompiledSetting {
    const core::Setting* setting = nullptr;
    std::size_t module = 0;
    std::optional<ExpressionIndex> when;
    std::optional<ExpressionIndex> each;
    bool broken = false;  // a mistake in it: its definitions are undecidable
    bool varies = false;  // differs between hosts
};

// Of a Definition that only says that an entry of a map of submodules is there.
inline constexpr OptionIndex entry_only = 0xffffffff;

// One leaf that a setting says something about.
struct Definition {
    std::uint32_t setting = 0;
    OptionIndex option = 0;
    std::vector<CompiledText> keys;           // one for each placeholder of the option
    std::optional<std::string> written_keys;  // all of them as one string, when none is interpolated
    CompiledValue value;
    bool unset = false;
    std::vector<std::string> unset_keys;  // below the option: a key of its map
    Span where;                           // of the value, or of the path in `unset`
    const Span* entry = nullptr;          // of the key of the entry that it is in
    bool broken = false;                  // a mistake in it has been reported
    bool varies = false;
};

// `replace` of a setting: an option, or a map of submodules.
struct Replacement {
    std::uint32_t setting = 0;
    NodeIndex node = 0;
    const core::Text* text = nullptr;
};
// `unset` of an entry of a map of submodules.
struct Removal {
    std::uint32_t setting = 0;
    NodeIndex node = 0;             // the map
    std::vector<std::string> keys;  // one for each placeholder down to it, the entry last
    const core::Text* text = nullptr;
};

struct Constraint {
    std::optional<expression::Program> check;  // over `value`
    const core::OptionDeclaration* declaration = nullptr;
    std::string says;        // "value != 22", "min 1"
    bool each_item = false;  // `match` of a list or set: `value` is one item
};

struct CompiledOption {
    std::vector<std::uint32_t> definitions;   // in order of modules and documents
    std::vector<std::uint32_t> replacements;  // of it, or of a map around it
    std::vector<std::uint32_t> removals;      // of entries of maps around it
    std::optional<expression::Value> default_value;
    std::vector<Constraint> constraints;
    bool bad_default = false;  // reported: unset is not known to be unset
    bool broken = false;       // on a cycle, or declared with a mistake
    bool varies = false;
};
struct CompiledMap {                         // a map of submodules: which entries it has
    std::vector<std::uint32_t> definitions;  // everything below it
    std::vector<std::uint32_t> replacements;
    std::vector<std::uint32_t> removals;
    bool broken = false;
    bool varies = false;
};

struct CompiledAssertion {
    ExpressionIndex that = 0;
    const core::Text* expression = nullptr;
    Span where;
    std::size_t module = 0;
    std::optional<CompiledText> message;
    bool warning = false;  // told when it is true, and only told
};

// One step of deciding: an option, or the entries of a map of submodules.
struct Step {
    bool is_map = false;
    std::uint32_t index = 0;  // OptionIndex or NodeIndex
};

struct ModuleSet {
    std::vector<LoadedModule> modules;  // in the order in which their lists are joined
    OptionTree tree;
    expression::TypePtr config_type;
    std::deque<Expression> expressions;
    std::vector<CompiledSetting> settings;
    std::vector<Definition> definitions;
    std::vector<Replacement> replacements;
    std::vector<Removal> removals;
    std::vector<CompiledOption> options;  // by OptionIndex
    std::vector<CompiledMap> maps;        // by NodeIndex; empty ones where no placeholder is
    std::vector<CompiledAssertion> assertions;
    std::vector<Step> order;
    Reports reports;     // what is wrong whatever the host
    bool usable = true;  // false: an error among the reports
    // A module could not be read: what is declared and set is not known, so nothing is decided.
    bool incomplete = false;
    std::vector<Span> secrets;  // literals of sensitive options: no report shows them
};

// A value that is not of its option's type, at the part of it that is wrong. `path` is the option as people
// call it: "web.vhosts.main.root".
core::Finding& report_mismatch(Reports& reports, const Option& option, std::string path,
                               const Mismatch& wrong, const core::Value& value);
// Whether a value keeps what its declaration says besides the type; if not, a finding at `where`, or at the
// item of a list that does not. `sources`: what was written of it.
bool check_constraints(const std::vector<Constraint>& constraints, const Option& option,
                       const std::string& path, const expression::Value& value,
                       const std::vector<const core::Value*>& sources, const Span& where, Reports& reports);
// An option is used by a name of old: a warning, or where there is no option any more an error.
// `old` is the node of a name that moved.
void report_renamed(ModuleSet& set, const Node& old, const Span& where);
void report_removed(Reports& reports, const core::RemovedOption& removed, const std::string& path,
                    const Span& where);
// A read-only option is set by the modules that declare it. False: it is another one, which is reported.
bool check_readonly(ModuleSet& set, const Option& option, std::size_t module, const Span& where);
// Every literal inside a value.
void add_secrets(const core::Value& value, std::vector<Span>& secrets);

// Every mistake that shows without a host. `modules` in merge order; `incomplete`: not all could be read.
ModuleSet compile_modules(std::vector<LoadedModule> modules, Surroundings& surroundings,
                          bool incomplete = false);

// ── the parts of compile_modules, in the order it takes them ──
void compile_declarations(ModuleSet& set, Surroundings& surroundings);
void compile_settings(ModuleSet& set, Surroundings& surroundings);
void compile_withdrawals(ModuleSet& set, std::uint32_t setting);  // of one setting, by compile_settings
void warn_near_misses(ModuleSet& set);
void order_options(ModuleSet& set, const Surroundings& surroundings);
// What is made from sensitive values is sensitive.
void mark_sensitive(ModuleSet& set);
// Which options differ between hosts: the others are decided once for all of them.
void mark_varying(ModuleSet& set);

}  // namespace contract::evaluation
