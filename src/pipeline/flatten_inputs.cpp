// SPDX-License-Identifier: Apache-2.0
#include "flatten_inputs.hpp"

#include <algorithm>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract_inputs.hpp"

namespace contract::pipeline {

namespace {

using evaluation::FlatInput;

class Flattener {
public:
    Flattener(const FlattenRequest& request, core::Lock& next)
        : request_(request), next_(next), reader_(request.manifest, request.context, "") {}

    Flat run() {
        const auto flat =
            evaluation::flatten(request_.manifest, [this](const FlatInput& input) { return read(input); });
        for (const auto& input : flat.inputs)
            if (!input.contract.empty()) lock(input);
        out_.findings.insert(out_.findings.end(), reader_.findings().begin(), reader_.findings().end());
        out_.findings.insert(out_.findings.end(), flat.findings.begin(), flat.findings.end());
        // What a wrong `follows` leaves without its input gets no entry. On a cycle there are pins, without
        // which `check` could not tell of it.
        for (const auto& finding : flat.findings)
            if (finding.code != "evaluation.cycle") drop_behind(finding.target.substr(7));
        for (const auto& finding : out_.findings)
            if (finding.severity == core::Severity::error) keep_behind(finding.target.substr(7));
        out_.sources = reader_.sources();
        return std::move(out_);
    }

private:
    const core::Manifest* read(const FlatInput& input) {
        if (!input.contract.empty()) lock(input);
        if (!evaluation::want_of(input))
            return evaluation::lies_beside(input) ? nullptr : reader_.read(input, {});
        const auto* locked = next_.find(input.name);
        const bool fits = locked != nullptr && locked->want == *evaluation::want_of(input);
        if (fits) return reader_.read(input, locked->pin);
        keep_behind(input.name);  // it could not be resolved, which has its finding
        return nullptr;
    }

    // Gives an input of theirs its entry, once.
    void lock(const FlatInput& input) {
        const auto want = evaluation::want_of(input);
        if (!want || !done_.insert(input.name).second) return;
        if (auto pin = pin_of(input, *want)) next_.inputs.push_back({input.name, *want, std::move(*pin), {}});
    }

    std::optional<core::Pin> pin_of(const FlatInput& input, const core::Want& want) {
        if (const auto* same = input.same_source.empty() ? nullptr : next_.find(input.same_source))
            return same->pin;
        const auto& systems = request_.manifest.contract.systems;
        const auto* theirs = their_entry(input, want);
        if (theirs != nullptr && core::covers(theirs->pin, systems)) return theirs->pin;
        const auto* old = request_.old.find(input.name);
        const bool known = old != nullptr && core::source_of(old->want) == core::source_of(want);
        if (known && core::covers(old->pin, systems) && !request_.moves(evaluation::top_of(input.name)))
            return old->pin;
        return resolve(input, old);
    }

    // In the outermost lock that pins this source: the one that the contract was used with.
    const core::LockedInput* their_entry(const FlatInput& input, const core::Want& want) const {
        for (auto slash = input.name.find('/'); slash != std::string::npos;
             slash = input.name.find('/', slash + 1)) {
            const auto* lock = reader_.lock_of(input.name.substr(0, slash));
            if (lock == nullptr) continue;
            for (const auto& entry : lock->inputs)
                if (core::source_of(entry.want) == core::source_of(want)) return &entry;
        }
        return nullptr;
    }

    std::optional<core::Pin> resolve(const FlatInput& input, const core::LockedInput* old) {
        const std::string top = evaluation::top_of(input.name);
        auto pin = inputs::resolve(*input.input, request_.context,
                                   request_.wish(old == nullptr ? nullptr : &old->pin));
        if (!pin) {
            auto finding = core::finding_from(core::Stage::build, "inputs." + top, pin.error());
            if (!finding.where) finding.where = input.input->where;
            out_.findings.push_back(std::move(finding));
            return std::nullopt;
        }
        warn(input, top);
        return *pin;
    }

    void warn(const FlatInput& input, const std::string& top) {
        const bool has_lock = reader_.lock_of(input.contract) != nullptr;
        core::Finding finding;
        finding.code = has_lock ? "evaluation.lock-stale" : "evaluation.lock-missing";
        finding.severity = core::Severity::warning;
        finding.target = "inputs." + top;
        finding.message = "the lock of '" + harmless("inputs." + input.contract) +
                          "' does not pin its input '" + harmless(input.input->name.value) +
                          "', so it was resolved here";
        finding.where = input.input->where;
        finding.help.push_back("lock that contract in its own repository, then contract update " + top);
        out_.findings.push_back(std::move(finding));
    }

    void drop_behind(const std::string& name) {
        const auto behind = [&](const core::LockedInput& one) { return one.name.starts_with(name + "/"); };
        auto& all = next_.inputs;
        all.erase(std::remove_if(all.begin(), all.end(), behind), all.end());
    }

    void keep_behind(const std::string& name) {
        for (const auto& old : request_.old.inputs)
            if (old.name.starts_with(name + "/") && next_.find(old.name) == nullptr)
                next_.inputs.push_back(old);
    }

    const FlattenRequest& request_;
    core::Lock& next_;
    ContractReader reader_;
    std::set<std::string> done_;
    Flat out_;
};

}  // namespace

Flat flatten_inputs(const FlattenRequest& request, core::Lock& next) {
    if (!has_contract_inputs(request.manifest)) return {};
    return Flattener(request, next).run();
}

}  // namespace contract::pipeline
