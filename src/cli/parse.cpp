// SPDX-License-Identifier: Apache-2.0
#include "parse.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "contract/base/text.hpp"

namespace contract::cli {

namespace {

// One subcommand of CLI11 and where its values go.
struct Bound {
    const CommandSpec* spec = nullptr;
    CLI::App* app = nullptr;
    std::map<std::string, std::vector<std::string>> values;
    std::map<std::string, bool> flags;
    std::vector<std::string> positionals;
};

void bind_option(Bound& bound, const OptionSpec& option) {
    const std::string name(option.name);
    const std::string names = option.short_name.empty() ? name : std::string(option.short_name) + "," + name;
    if (option.value.empty()) {
        bound.app->add_flag(names, bound.flags[name]);
        return;
    }
    auto* added = bound.app->add_option(names, bound.values[name]);
    // One value each time: without this an option would swallow the positionals behind it.
    added->type_size(1)->allow_extra_args(false);
    if (!option.repeatable) added->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void bind(Bound& bound, CLI::App& parent) {
    const CommandSpec& spec = *bound.spec;
    bound.app = parent.add_subcommand(std::string(spec.name), std::string(spec.summary));
    bound.app->set_help_flag();
    for (const auto& option : spec.options) bind_option(bound, option);
    for (const auto& option : common_options()) bind_option(bound, option);
    if (spec.positional.name.empty()) return;
    auto* positional = bound.app->add_option(std::string(spec.positional.name), bound.positionals);
    positional->type_size(1);
    if (spec.positional.repeatable) positional->expected(0, 1 << 20);
    // Without this a word such as "[1, 2]" would be read as a list of words.
    else
        positional->allow_extra_args(false);
}

Arguments arguments_of(const Bound& bound) {
    Arguments out;
    for (const auto& [name, values] : bound.values)
        if (!values.empty()) out.options[name] = values;
    for (const auto& [name, given] : bound.flags)
        if (given) out.options[name] = {};
    out.positionals = bound.positionals;
    return out;
}

// The message of CLI11 with our own words where a slip is likely.
WrongUsage wrong_usage(const CLI::ParseError& error, int argc, char** argv) {
    std::vector<std::string> names;
    for (const auto* command : all_commands()) names.emplace_back(command->name);
    const std::string given = argc > 1 ? argv[1] : "";
    const bool known = std::find(names.begin(), names.end(), given) != names.end();
    if (!known && !given.empty() && given.front() != '-') {
        const auto close = nearest(given, names);
        return {"there is no command '" + harmless(given) + "'" +
                    (close ? "; did you mean '" + *close + "'?" : ""),
                "contract --help"};
    }
    return {harmless(error.what()), known ? "contract " + given + " --help" : "contract --help"};
}

// Whether an option takes the next word as its value.
bool takes_next(const CommandSpec& spec, std::string_view word) {
    const auto is_it = [&](const OptionSpec& option) {
        return !option.value.empty() && (word == option.name || word == option.short_name);
    };
    return std::any_of(spec.options.begin(), spec.options.end(), is_it) ||
           std::any_of(common_options().begin(), common_options().end(), is_it);
}

// The index of the word that names what is run, of a command that hands on what follows; argc for any other.
int begin_of_handed_on(int argc, char** argv) {
    const std::string_view name = argc > 1 ? argv[1] : "";
    for (const auto* spec : all_commands()) {
        if (spec->name != name || !spec->positional.hands_on) continue;
        int index = 2;
        for (; index < argc && argv[index][0] == '-' && argv[index][1] != '\0'; ++index) {
            const std::string_view word = argv[index];
            if (word == "--") return index;
            if (takes_next(*spec, word)) ++index;
        }
        return std::min(index, argc);
    }
    return argc;
}

bool has_short(const CommandSpec& spec, char letter) {
    const auto is_it = [&](const OptionSpec& option) {
        return option.short_name.substr(0, 2) == std::string{'-', letter};
    };
    return std::any_of(spec.options.begin(), spec.options.end(), is_it) ||
           std::any_of(common_options().begin(), common_options().end(), is_it);
}

// Whether a word that starts with '-' can be no option: -(1), --1, -x and -size(x) cannot; -h and --lett, a
// slip, can.
bool can_be_no_option(const CommandSpec& spec, std::string_view word) {
    const auto first = word.find_first_not_of('-');
    if (first == 0 || first == std::string_view::npos) return false;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
    const std::string_view name = word.substr(first, word.find('=') - first);
    if (name.empty() || !is_letter(name[0])) return true;
    if (first == 1) return !has_short(spec, name[0]);
    return !std::all_of(name.begin(), name.end(), fits);
}

// The words in the order in which they are read: of a command that takes an expression, those that can be no
// option stand last, behind a "--".
std::vector<char*> ordered(int argc, char** argv) {
    static char separator[] = "--";
    std::vector<char*> words(argv, argv + argc);
    const std::string_view name = argc > 1 ? argv[1] : "";
    const auto commands = all_commands();
    const auto spec = std::find_if(commands.begin(), commands.end(),
                                   [&](const CommandSpec* one) { return one->name == name; });
    if (spec == commands.end() || !(*spec)->positional.is_expression) return words;
    std::vector<char*> out(argv, argv + 2), last;
    for (int index = 2; index < argc; ++index) {
        const std::string_view word = argv[index];
        if (word == "--") {
            last.insert(last.end(), argv + index + 1, argv + argc);
            break;
        }
        (can_be_no_option(**spec, word) ? last : out).push_back(argv[index]);
        if (takes_next(**spec, word) && index + 1 < argc) out.push_back(argv[++index]);
    }
    if (!last.empty()) out.push_back(separator);
    out.insert(out.end(), last.begin(), last.end());
    return out;
}

}  // namespace

std::variant<Invocation, Shown, WrongUsage> parse(int argc, char** argv) {
    CLI::App app("contract");
    app.set_help_flag();
    bool help = false;
    bool version = false;
    app.add_flag("-h,--help", help);
    app.add_flag("--version", version);
    app.require_subcommand(0, 1);
    std::vector<Bound> bound(all_commands().size());
    for (std::size_t i = 0; i < bound.size(); ++i) {
        bound[i].spec = all_commands()[i];
        bind(bound[i], app);
    }
    const int own = begin_of_handed_on(argc, argv);
    try {
        const auto words = ordered(own, argv);
        app.parse(static_cast<int>(words.size()), words.data());
    } catch (const CLI::ParseError& error) {
        auto wrong = wrong_usage(error, argc, argv);
        for (const auto& one : bound)
            if (one.spec->positional.hands_on && argc > 1 && one.spec->name == argv[1])
                wrong.status = core::exit_status::not_started;
        return wrong;
    }
    if (version) return Shown{"contract " CONTRACT_VERSION "\n"};
    for (const auto& one : bound) {
        if (!one.app->parsed()) continue;
        Invocation invocation{one.spec, arguments_of(one)};
        invocation.arguments.separated = own < argc && std::string_view(argv[own]) == "--";
        const int first = invocation.arguments.separated ? own + 1 : own;
        invocation.arguments.positionals.insert(invocation.arguments.positionals.end(), argv + first,
                                                argv + argc);
        if (invocation.arguments.has("--help")) return Shown{help_text(*one.spec)};
        if (one.spec->positional.required && invocation.arguments.positionals.empty())
            return WrongUsage{
                "'contract " + std::string(one.spec->name) + "' needs a " +
                    std::string(one.spec->positional.name),
                "contract " + std::string(one.spec->name) + " --help",
                one.spec->positional.hands_on ? core::exit_status::not_started : core::exit_status::usage};
        return invocation;
    }
    if (help || argc <= 1) return Shown{help_text()};
    return WrongUsage{"no command was given", "contract --help"};
}

}  // namespace contract::cli
