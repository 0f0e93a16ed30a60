// SPDX-License-Identifier: Apache-2.0
#include "module_loader.hpp"

#include <algorithm>
#include <tuple>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/module_file.hpp"
#include "host_options.hpp"

namespace contract::evaluation {

namespace {

constexpr std::string_view own_modules = "modules.";
constexpr std::string_view input_folder = "inputs.";
constexpr std::size_t deepest_import = 64;

std::string place_name(const State& state, std::size_t scope) {
    return scope == 0 ? std::string() : std::string(input_folder) + state.scopes[scope].input;
}

}  // namespace

// One walk over the imports of a host.
class ModuleLoader::Walk {
public:
    Walk(ModuleLoader& loader, const std::string& host_class, Reports& reports)
        : loader_(loader), host_class_(host_class), reports_(reports) {}

    // What `disable` names anywhere among the reachable modules.
    void collect(const core::Texts& references, const Place& place, std::size_t depth = 0) {
        for (const auto& reference : references) {
            Reports silent;
            const auto target = loader_.find(reference, place, silent);
            if (!target || depth > deepest_import || !seen_.insert(target->key()).second) continue;
            const File& file = loader_.read(*target, reference, reports_);
            const Place inside{target->scope, path::parent(target->path)};
            for (const auto& disabled : file.module.disable) {
                const auto found = loader_.find(disabled, inside, reports_);
                if (!found) continue;
                disabled_.insert(found->key());
                if (target->scope == 0) disables_.emplace_back(&disabled, found->key());
            }
            collect(file.module.imports, inside, depth + 1);
        }
    }

    // Once all that can be reached is known.
    void note_disables() {
        for (const auto& [text, key] : disables_) {
            bool& useful = loader_.disables_[text];
            useful = useful || seen_.count(key) != 0;
        }
    }

    void add(const core::Texts& references, const Place& place, std::size_t depth = 0) {
        for (const auto& reference : references) {
            const auto target = loader_.find(reference, place, reports_);
            if (!target) incomplete = true;
            if (!target || disabled_.count(target->key()) != 0) continue;
            if (depth > deepest_import) {
                incomplete = true;
                reports_.error("bad-value", "modules import each other more than 64 deep", reference.where);
                continue;
            }
            if (!loaded_.insert(target->key()).second) continue;
            const File& file = loader_.read(*target, reference, reports_);
            const Place inside{target->scope, path::parent(target->path)};
            const bool fits = check_class(*target, file.module, reference);
            incomplete = incomplete || !fits || !file.usable || file.module.incomplete;
            if (!fits) continue;
            add(file.module.imports, inside, depth + 1);
            LoadedModule module{target->identity, target->shown, inside.folder, target->scope,
                                &file.module,     false,         nullptr};
            if (file.usable) out.push_back(std::move(module));
        }
    }

    std::vector<LoadedModule> out;
    bool incomplete = false;

private:
    bool check_class(const Target& target, const core::Module& module, const core::Text& reference) {
        if (!module.module_class || module.module_class->value == host_class_) return true;
        auto& finding =
            reports_.error("wrong-class",
                           "'" + harmless(target.shown) + "' is for hosts of class '" +
                               harmless(module.module_class->value) + "', not '" + host_class_ + "'",
                           reference.where);
        finding.related.push_back({module.module_class->where, "its class"});
        finding.help.push_back("remove it here, or import it in a host of its class");
        return false;
    }

    ModuleLoader& loader_;
    const std::string& host_class_;
    Reports& reports_;
    std::set<Key> seen_;
    std::set<Key> disabled_;
    std::vector<std::pair<const core::Text*, Key>> disables_;
    std::set<Key> loaded_;
};

ModuleLoader::Loaded ModuleLoader::load(const std::vector<const core::Host*>& tables,
                                        const std::string& host_class, Reports& reports) {
    Walk walk(*this, host_class, reports);
    const Place here{0, "."};
    for (const auto* table : tables) walk.collect(table->modules, here);
    walk.note_disables();
    walk.out.push_back({"class " + host_class, "class '" + host_class + "'", ".", 0,
                        &class_module(host_class), true, &absent_options(host_class)});
    for (const auto* table : tables) walk.add(table->modules, here);
    for (const auto* table : tables) {
        walk.incomplete = walk.incomplete || table->body.incomplete;
        const std::string name =
            "hosts." + (is_name(table->name.value) ? table->name.value : quoted(table->name.value));
        walk.out.push_back({name, name, ".", 0, &table->body, false, nullptr});
    }
    return {std::move(walk.out), walk.incomplete};
}

std::vector<const core::Text*> ModuleLoader::idle_disables() const {
    std::vector<const core::Text*> out;
    for (const auto& [text, useful] : disables_)
        if (!useful) out.push_back(text);
    std::sort(out.begin(), out.end(), [](const core::Text* a, const core::Text* b) {
        return std::tie(a->where.file, a->where.begin_byte) < std::tie(b->where.file, b->where.begin_byte);
    });
    return out;
}

std::optional<ModuleLoader::Target> ModuleLoader::find(const core::Text& reference, const Place& place,
                                                       Reports& reports) {
    const std::string& text = reference.value;
    if (text.starts_with("./") || text.starts_with("../")) {
        const std::string file = path::normalise(path::join(place.folder, text));
        const std::string prefix = place_name(state_, place.scope);
        const std::string shown = prefix.empty() ? file : path::join(prefix, file);
        return Target{shown, shown, place.scope, file};
    }
    if (text.starts_with(own_modules))
        return exported(reference, place.scope, text.substr(own_modules.size()), reports);
    if (text.starts_with(input_folder)) return of_input(reference, place, reports);
    reports.error("unknown-reference", "'" + harmless(text) + "' is no module", reference.where)
        .help.push_back("write \"./file.toml\", \"modules.NAME\" or \"inputs.NAME.modules.NAME\"");
    return std::nullopt;
}

std::optional<ModuleLoader::Target> ModuleLoader::exported(const core::Text& reference, std::size_t scope,
                                                           const std::string& name, Reports& reports) {
    const core::Manifest& manifest = *state_.scopes[scope].manifest;
    std::vector<std::string> names;
    for (const auto& module : manifest.modules) {
        names.push_back(module.name.value);
        if (module.name.value != name) continue;
        const std::string file = path::normalise(module.path.value);
        const std::string prefix = place_name(state_, scope);
        return Target{prefix.empty() ? file : path::join(prefix, file),
                      (prefix.empty() ? "" : prefix + ".") + std::string(own_modules) + name, scope, file};
    }
    auto& finding = reports.error("unknown-reference", "there is no '" + harmless(reference.value) + "'",
                                  reference.where);
    if (const auto near = nearest(name, names))
        finding.help.push_back("did you mean 'modules." + *near + "'?");
    else if (names.empty())
        finding.help.push_back("declare it: [modules] " + harmless(name) + " = \"./modules/" +
                               harmless(name) + ".toml\"");
    return std::nullopt;
}

// inputs.site.modules.ntp
std::optional<ModuleLoader::Target> ModuleLoader::of_input(const core::Text& reference, const Place& place,
                                                           Reports& reports) {
    const std::string rest = reference.value.substr(input_folder.size());
    const std::size_t dot = rest.find('.');
    const std::string alias = rest.substr(0, dot);
    const std::string part = dot == std::string::npos ? "" : rest.substr(dot + 1);
    const auto refuse = [&](const std::string& why, const std::string& help) {
        reports.error("unknown-reference", why, reference.where).help.push_back(help);
        return std::nullopt;
    };
    if (!part.starts_with(own_modules))
        return refuse("'" + harmless(reference.value) + "' is no module", "write inputs.NAME.modules.NAME");
    const auto scope = state_.scope_behind(place.scope, alias);
    if (!scope)
        return refuse("there is no contract 'inputs." + harmless(alias) + "'",
                      "an input with a contract.toml is one with `contract = true`");
    return exported(reference, *scope, part.substr(own_modules.size()), reports);
}

const ModuleLoader::File& ModuleLoader::read(const Target& target, const core::Text& reference,
                                             Reports& reports) {
    auto& file = files_[target.key()];
    if (file) {
        if (file->broken) reports.mark_broken();
        return *file;
    }
    file = std::make_unique<File>();
    auto text = state_.scopes[target.scope].files->read(target.path);
    if (!text) {
        core::Finding finding = core::finding_from(core::Stage::evaluation, "", text.error());
        if (!finding.where) finding.where = reference.where;
        reports.add(std::move(finding));
        file->broken = true;
        return *file;
    }
    const std::string contract = place_name(state_, target.scope);
    auto parsed = manifest::parse_module({target.identity, contract, target.shown, *text});
    state_.sources[target.identity] = std::move(*text);
    for (auto& finding : parsed.findings) {
        file->broken = file->broken || finding.severity == core::Severity::error;
        reports.add(std::move(finding));
    }
    file->module = std::move(parsed.module);
    file->usable = parsed.usable;
    return *file;
}

}  // namespace contract::evaluation
