// SPDX-License-Identifier: Apache-2.0
#include "standing.hpp"

#include <algorithm>

#include "contract/base/text.hpp"
#include "interpolation.hpp"

namespace contract::evaluation {

namespace {

class Builder {
public:
    Builder(State& state, std::size_t target) : state_(state), target_(target) {}

    void use(const core::Text& text) {
        const std::size_t needed = *state_.resolve(target_, text);
        const Target& found = state_.targets[needed];
        if (found.kind == TargetKind::toolchain)
            return merge(state_.toolchains.at(needed), found.name, text.where);
        if (can_be_root(state_, needed)) return set_root(needed, text.where);
        mount(needed);
    }

    void root(const core::Text& text) { set_root(*state_.resolve(target_, text), text.where); }

    // Named only in an interpolation: mounted, and nothing on PATH.
    void mention(std::size_t needed) {
        const TargetKind kind = state_.targets[needed].kind;
        if (kind == TargetKind::package || kind == TargetKind::input) mount(needed, false);
    }

    // A program linked in a root needs that root to run.
    void check_roots_of_packages() {
        if (standing_.root.kind == core::RootKind::none) return;
        for (const auto& need : state_.targets[target_].needs) {
            const auto root = state_.package_roots.find(need.target);
            if (root == state_.package_roots.end() || root->second.kind == core::RootKind::none ||
                is_same(root->second, standing_.root))
                continue;
            conflict("'" + state_.targets[need.target].name + "' was built in the root 'inputs." +
                         root->second.input + "', and this target's root is 'inputs." + standing_.root.input +
                         "'",
                     state_.place(need), standing_.root_where, "this root");
        }
    }

    Standing take() {
        sort_unique(standing_.depends_on);
        return std::move(standing_);
    }

private:
    void mount(std::size_t needed, bool on_path = true) {
        const auto path = state_.paths.find(needed);
        if (path == state_.paths.end()) return;
        add(standing_.uses, path->second);
        if (on_path && state_.targets[needed].kind == TargetKind::package)
            add(standing_.packages, path->second);
        standing_.depends_on.push_back(state_.targets[needed].name);
    }

    static void add(std::vector<core::StorePath>& list, const core::StorePath& path) {
        if (std::find(list.begin(), list.end(), path) == list.end()) list.push_back(path);
    }

    void conflict(const std::string& message, const Span& where, const Span& other,
                  const std::string& label) {
        auto& finding = state_.fail(target_, "root-conflict", message, where);
        finding.related.push_back({other, label});
        finding.help.push_back("a target has one root; give both the same");
    }

    void set_root(std::size_t input, const Span& where) {
        core::Root root;
        const std::string& name = state_.targets[input].name;
        root.input = name.substr(name.find('.') + 1);
        const auto& source = state_.input_of(input).source;
        if (const auto* host = std::get_if<core::HostSource>(&source)) {
            root.kind = core::RootKind::host;
            for (const auto& folder : host->folders) root.folders.push_back(folder.value);
            sort_unique(root.folders);
        } else {
            const auto path = state_.paths.find(input);
            if (path == state_.paths.end()) return;  // it has no pin, which was reported
            root.kind = core::RootKind::tree;
            root.path = path->second;
        }
        accept(root, where);
    }

    // By content too: an input of that name in another contract may be pinned to another tree.
    static bool is_same(const core::Root& one, const core::Root& other) {
        return one.input == other.input && one.path == other.path;
    }

    void accept(const core::Root& root, const Span& where) {
        if (root.kind == core::RootKind::none) return;
        if (standing_.root.kind != core::RootKind::none && !is_same(standing_.root, root))
            return conflict(
                "two roots: 'inputs." + standing_.root.input + "' and 'inputs." + root.input + "'", where,
                standing_.root_where, "the first root");
        standing_.depends_on.push_back("inputs." + root.input);
        if (standing_.root.kind != core::RootKind::none) return;
        standing_.root = root;
        standing_.root_where = where;
    }

    void merge(const Standing& toolchain, const std::string& name, const Span& where) {
        accept(toolchain.root, where);
        for (const auto& path : toolchain.uses) add(standing_.uses, path);
        for (const auto& path : toolchain.packages) add(standing_.packages, path);
        standing_.depends_on.insert(standing_.depends_on.end(), toolchain.depends_on.begin(),
                                    toolchain.depends_on.end());
        for (const auto& [variable, setting] : toolchain.environment) {
            const auto [found, fresh] = standing_.environment.emplace(variable, setting);
            if (fresh || found->second.value == setting.value) continue;
            auto& finding = state_.fail(
                target_, "env-conflict",
                "'" + found->second.from + "' and '" + name + "' set '" + variable + "' to different values",
                where);
            finding.related.push_back({found->second.where, "set to " + quoted(found->second.value)});
            finding.related.push_back({setting.where, "set to " + quoted(setting.value)});
            finding.help.push_back("set '" + variable + "' in one toolchain only");
        }
    }

    State& state_;
    std::size_t target_;
    Standing standing_;
};

void mention_all(State& state, std::size_t target, Builder& builder) {
    for (const auto& need : state.targets[target].needs)
        if (need.begin != need.end) builder.mention(need.target);
}

std::string paths(const std::vector<core::StorePath>& packages, std::initializer_list<const char*> below) {
    std::vector<std::string> list;
    for (const auto& package : packages)
        for (const char* folder : below) list.push_back(package.text() + folder);
    return join(list, ":");
}

}  // namespace

bool can_be_root(const State& state, std::size_t target) {
    const Target& input = state.targets[target];
    if (input.kind != TargetKind::input || !input.declared_well) return false;
    const auto& source = state.input_of(target).source;
    return std::holds_alternative<core::HostSource>(source) ||
           std::holds_alternative<core::DebSource>(source) || std::holds_alternative<core::OciSource>(source);
}

void sort_unique(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

Standing stand(State& state, std::size_t target, const core::TargetHead& head) {
    Builder builder(state, target);
    if (head.root) builder.root(*head.root);
    for (const auto& text : head.uses) builder.use(text);
    mention_all(state, target, builder);
    builder.check_roots_of_packages();
    return builder.take();
}

Standing stand(State& state, std::size_t target, const core::Texts& uses) {
    Builder builder(state, target);
    for (const auto& text : uses) builder.use(text);
    mention_all(state, target, builder);
    return builder.take();
}

void set_variables(State& state, std::size_t target, const std::vector<core::Variable>& variables,
                   Standing& standing) {
    for (const auto& variable : variables) {
        auto value = render(state, target, variable.value.value, variable.value.where);
        if (value)
            standing.environment[variable.name.value] = {std::move(*value), variable.value.where,
                                                         state.targets[target].name};
    }
}

std::map<std::string, std::string> process_environment(const Standing& standing) {
    std::map<std::string, std::string> environment;
    for (const auto& [name, variable] : standing.environment) environment[name] = variable.value;
    std::string path = paths(standing.packages, {"/bin"});
    if (standing.root.kind != core::RootKind::none)
        path += (path.empty() ? "" : ":") + std::string("/usr/bin:/bin:/usr/sbin:/sbin");
    if (!path.empty()) environment["PATH"] = path;
    if (!standing.packages.empty()) {
        environment["PKG_CONFIG_PATH"] = paths(standing.packages, {"/lib/pkgconfig", "/share/pkgconfig"});
        environment["CMAKE_PREFIX_PATH"] = paths(standing.packages, {""});
    }
    return environment;
}

}  // namespace contract::evaluation
