// SPDX-License-Identifier: Apache-2.0
//
// Breadth first, so that what is declared nearest to us names what is shared: an input with the same source
// as an earlier one is that one. A contract is shared only when its inputs are the same too.
#include "contract/evaluation/flat_inputs.hpp"

#include <algorithm>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

// A path to a repository, not a URL: git takes `host:path` for a machine.
bool is_relative(const std::string& location) {
    if (path::is_absolute(location)) return false;
    const auto colon = location.find(':');
    return colon == std::string::npos || location.find('/') < colon;
}

std::string text_of(const core::Want& want) {
    std::string out;
    for (const auto& [key, value] : want) out += key + " = " + core::toml_text(value) + "\n";
    return out;
}

// What two inputs have in common that are one; none for what means another thing in another place.
std::optional<std::string> identity(const core::Input& input) {
    if (std::holds_alternative<core::PathSource>(input.source)) return std::nullopt;
    if (const auto* git = std::get_if<core::GitSource>(&input.source); git && is_relative(git->url.value))
        return std::nullopt;
    if (const auto* host = std::get_if<core::HostSource>(&input.source)) {
        std::vector<std::string> folders;
        for (const auto& folder : host->folders) folders.push_back(folder.value);
        std::sort(folders.begin(), folders.end());
        return text_of({{"host", folders}});
    }
    return text_of(core::source_of(*core::want_of(input)));
}

std::string local_name(const core::Text& reference) {
    return reference.value.substr(std::string_view("inputs.").size());
}

class Flattening {
public:
    Flattening(const core::Manifest& ours, const ReadContract& read) : read_(read) {
        for (const auto& input : ours.inputs) {
            add({input.name.value, "", &input, ""});
            names_[""][input.name.value] = input.name.value;
        }
        names_.try_emplace("");
        for (const auto& broken : ours.broken)
            if (broken.starts_with("inputs.")) broken_.insert(broken.substr(7));
    }

    Flattened run() {
        // The list grows while it is walked.
        for (std::size_t i = 0; i < out_.inputs.size(); ++i)
            if (out_.inputs[i].input->contract) descend(i);
        refuse_cycles();
        return std::move(out_);
    }

private:
    void add(FlatInput input) {
        if (auto key = identity(*input.input)) known_.emplace(std::move(*key), out_.inputs.size());
        position_.emplace(input.name, out_.inputs.size());
        out_.inputs.push_back(std::move(input));
    }

    core::Finding& refuse(const FlatInput& input, std::string code, std::string message, const Span& where) {
        core::Finding finding;
        finding.code = "evaluation." + std::move(code);
        finding.target = "inputs." + top_of(input.name);
        finding.message = std::move(message);
        finding.where = where;
        out_.findings.push_back(std::move(finding));
        return out_.findings.back();
    }

    void descend(std::size_t index) {
        const FlatInput input = out_.inputs[index];  // a copy: the list grows
        if (out_.contracts.size() >= most_contracts || split(input.name, '/').size() >= deepest_contract) {
            refuse(input, "contract-input",
                   "contracts are inputs of contracts too often: '" + harmless("inputs." + input.name) + "'",
                   input.input->where)
                .help.push_back("contracts nest at most " + std::to_string(deepest_contract) +
                                " deep, and a contract has at most " + std::to_string(most_contracts) +
                                " in all; `follows` gives two of them one input");
            return;
        }
        const core::Manifest* manifest = read_(input);
        if (manifest == nullptr) return;
        const auto follows = resolve_follows(input, *manifest);
        auto& names = names_[input.name];
        for (const bool contracts : {false, true})  // whose `follows` name the others
            for (const auto& theirs : manifest->inputs)
                if (const auto followed = follows.find(theirs.name.value); followed != follows.end())
                    names[theirs.name.value] = followed->second;
                else if (theirs.contract == contracts)
                    names[theirs.name.value] = place(input.name, theirs);
        out_.contracts.push_back({input.name, manifest, names});
    }

    // The name under which `theirs` is in the list; adds it when nothing earlier is the same.
    std::string place(const std::string& contract, const core::Input& theirs) {
        FlatInput made{contract + "/" + theirs.name.value, contract, &theirs, ""};
        const auto key = identity(theirs);
        const auto known = key ? known_.find(*key) : known_.end();
        if (known != known_.end()) {
            const FlatInput& same = out_.inputs[known->second];
            if (!theirs.contract || is_same_contract(same, contract, theirs)) return same.name;
            made.same_source = same.name;
        }
        std::string name = made.name;
        add(std::move(made));
        return name;
    }

    bool is_same_contract(const FlatInput& same, const std::string& contract,
                          const core::Input& theirs) const {
        const auto follows = named(contract, theirs.follows);
        return same.input->contract && follows.size() == theirs.follows.size() &&
               follows == named(same.contract, same.input->follows);
    }

    // What `follows` of an input that `contract` declares names in the flat list.
    std::map<std::string, std::string> named(
        const std::string& contract, const std::vector<std::pair<core::Text, core::Text>>& follows) const {
        std::map<std::string, std::string> out;
        const auto& names = names_.at(contract);
        for (const auto& [theirs, ours] : follows)
            if (const auto found = names.find(local_name(ours)); found != names.end())
                out[theirs.value] = found->second;
        return out;
    }

    std::map<std::string, std::string> resolve_follows(const FlatInput& input,
                                                       const core::Manifest& manifest) {
        auto follows = named(input.contract, input.input->follows);
        for (const auto& follow : input.input->follows) {
            const core::Text& theirs = follow.first;
            const core::Text& ours = follow.second;
            const auto declared =
                std::find_if(manifest.inputs.begin(), manifest.inputs.end(),
                             [&](const auto& one) { return one.name.value == theirs.value; });
            const bool broken = std::find(manifest.broken.begin(), manifest.broken.end(),
                                          "inputs." + theirs.value) != manifest.broken.end();
            if (declared == manifest.inputs.end()) {
                if (!broken) refuse_theirs(input, manifest, theirs);
            } else if (follows.count(theirs.value) == 0) {
                refuse_ours(input, ours);
            } else {
                check_kind(input, *declared, ours, follows.at(theirs.value));
            }
        }
        return follows;
    }

    void refuse_theirs(const FlatInput& input, const core::Manifest& manifest, const core::Text& theirs) {
        std::vector<std::string> names;
        for (const auto& one : manifest.inputs) names.push_back(one.name.value);
        auto& finding =
            refuse(input, "unknown-reference",
                   "'" + harmless("inputs." + input.name) + "' has no input '" + harmless(theirs.value) + "'",
                   theirs.where);
        if (const auto near = nearest(theirs.value, names))
            finding.help.push_back("did you mean '" + *near + "'?");
        else
            finding.help.push_back(names.empty() ? "it has no inputs: remove `follows`"
                                                 : "it has: " + join(names, ", "));
    }

    void refuse_ours(const FlatInput& input, const core::Text& ours) {
        std::vector<std::string> names;
        for (const auto& [name, flat] : names_[input.contract]) names.push_back("inputs." + name);
        // One of ours whose table has mistakes has its own finding.
        if (input.contract.empty() && broken_.count(local_name(ours)) != 0) return;
        auto& finding =
            refuse(input, "unknown-reference", "there is no '" + harmless(ours.value) + "'", ours.where);
        if (const auto near = nearest(ours.value, names))
            finding.help.push_back("did you mean '" + *near + "'?");
    }

    void check_kind(const FlatInput& input, const core::Input& declared, const core::Text& ours,
                    const std::string& flat) {
        const FlatInput& given = out_.inputs[position_.at(flat)];
        if (!declared.contract || given.input->contract) return;
        auto& finding =
            refuse(input, "wrong-reference",
                   "'" + harmless(ours.value) + "' is no contract, and 'inputs." + harmless(input.name) +
                       "' needs one as '" + harmless(declared.name.value) + "'",
                   ours.where);
        finding.related.push_back({given.input->where, "declared here"});
        finding.help.push_back("add `contract = true` to it, or let another input be followed");
    }

    // ── cycles ──
    void refuse_cycles() {
        std::map<std::string, const FlatContract*> contracts;
        for (const auto& contract : out_.contracts) contracts[contract.name] = &contract;
        std::map<std::string, int> state;  // 1: on the way, 2: done
        std::vector<std::string> way;
        for (const auto& contract : out_.contracts) visit(contract.name, contracts, state, way);
    }

    // As deep as there are contracts, which are few.
    void visit(const std::string& name, const std::map<std::string, const FlatContract*>& contracts,
               std::map<std::string, int>& state, std::vector<std::string>& way) {
        if (state[name] == 2) return;
        if (state[name] == 1) return report_cycle({std::find(way.begin(), way.end(), name), way.end()});
        state[name] = 1;
        way.push_back(name);
        const FlatContract& contract = *contracts.at(name);
        for (const auto& input : contract.manifest->inputs)
            if (input.contract) {
                const std::string& next = contract.inputs.at(input.name.value);
                if (contracts.count(next) != 0) visit(next, contracts, state, way);
            }
        way.pop_back();
        state[name] = 2;
    }

    void report_cycle(std::vector<std::string> names) {
        const FlatInput& first = out_.inputs[position_.at(names[0])];
        const FlatInput& top = out_.inputs[position_.at(top_of(first.name))];
        std::vector<std::string> path;
        for (const auto& name : names) path.push_back(harmless("inputs." + name));
        path.push_back(path[0]);
        auto& finding = refuse(first, "cycle", "contracts are inputs of each other: " + join(path, " → "),
                               top.input->where);
        for (const auto& name : names) {
            const auto& where = out_.inputs[position_.at(name)].input->where;
            if (where != top.input->where)
                finding.related.push_back({where, "'" + harmless("inputs." + name) + "' is declared here"});
        }
        finding.help.push_back("remove one of these inputs");
    }

    const ReadContract& read_;
    Flattened out_;
    std::map<std::string, std::size_t> known_;                         // by identity
    std::map<std::string, std::size_t> position_;                      // by name
    std::set<std::string> broken_;                                     // of ours
    std::map<std::string, std::map<std::string, std::string>> names_;  // of each contract
};

}  // namespace

Flattened flatten(const core::Manifest& ours, const ReadContract& read) {
    return Flattening(ours, read).run();
}

bool lies_beside(const FlatInput& input) {
    const auto* git = std::get_if<core::GitSource>(&input.input->source);
    return !input.contract.empty() && git != nullptr && is_relative(git->url.value);
}

std::optional<core::Want> want_of(const FlatInput& input) {
    const bool folder = std::holds_alternative<core::PathSource>(input.input->source);
    if (!input.contract.empty() && (folder || lies_beside(input))) return std::nullopt;
    return core::want_of(*input.input);
}

std::string top_of(const std::string& name) {
    return name.substr(0, name.find('/'));
}

}  // namespace contract::evaluation
