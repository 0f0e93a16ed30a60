// SPDX-License-Identifier: Apache-2.0
//
// The table (l: last written; "=": equal in content, mode and owner):
//
//   last  there        wanted   step
//   –     nothing      x        create
//   –     = x          x        adopt
//   –     other        x        collision; on_collision = "save": replace
//   l     = l          = l      none
//   l     = l          x        replace
//   l     nothing      x        create, noted as deleted since
//   l     other, = x   x        adopt
//   l     other        x        modified; on_modified = "save": replace, "keep": keep
//   l     = l          –        remove, or restore the original; what was there before us and equal stays
//   l     nothing      –        forget
//   l     other        –        keep
//
// An ancestor that is a symlink is an obstacle whatever the table says.
#include "decide.hpp"

#include <algorithm>
#include <set>

#include "contract/base/path.hpp"

namespace contract::activation {

namespace {

const Observed parent_directory{Kind::directory, 0755, 0, {}, {}, {"root", "root"}};

class Decision {
public:
    Decision(const Tree& tree, const std::vector<Wanted>& wanted, const LastWritten& last)
        : tree_(tree), wanted_(wanted), last_(last) {}

    Change run() {
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            const auto [known, first] = places_.emplace(tree_.place_of(wanted_[i].path), i);
            if (!first) add_problem(Obstacle::same_place, i, known->first, {}, wanted_[known->second].path);
            for (std::string above = path::parent(known->first); above != "."; above = path::parent(above))
                needed_.insert(above);
        }
        decide_removals();
        // Sorted by place: a directory comes before what lies in it.
        for (const auto& [place, index] : places_) decide_wanted(place, index);
        change_.steps.insert(change_.steps.begin(), removals_.begin(), removals_.end());
        return std::move(change_);
    }

private:
    void add_problem(Obstacle obstacle, std::size_t index, const std::string& place, const Observed& actual,
                     const std::string& detail) {
        change_.problems.push_back({obstacle, index, place, actual, detail});
    }

    // Deepest first, so that a directory is empty when its turn comes.
    void decide_removals() {
        for (auto written = last_.rbegin(); written != last_.rend(); ++written) {
            const auto& [place, last] = *written;
            // A parent we once made is kept for as long as something wanted lies in it.
            const bool still_parent = needed_.count(place) > 0 && last.state.kind == Kind::directory;
            if (places_.count(place) == 0 && !still_parent) removals_.push_back(removal_of(place, last));
        }
    }

    Step removal_of(const std::string& place, const Written& last) {
        Step step{Action::keep, place, {}, {}, {}, {}, {}};
        const auto actual = tree_.observe(place);
        if (!actual) {
            step.note = actual.error().message;
            return step;
        }
        step.before = step.after = *actual;
        if (actual->kind == Kind::absent) {
            step.action = Action::forget;
        } else if (!same(*actual, last.state)) {
            step.note = "edited since it was written";
        } else if (last.original && last.saved.empty()) {
            leave_original(step, *last.original);
            if (step.action != Action::keep) touched_.insert(place);
        } else if (actual->kind == Kind::directory && !will_be_empty(place)) {
            step.note = "not empty";
        } else {
            take_out(step, last);
        }
        return step;
    }

    // It was adopted, or a directory whose mode was changed: never ours to remove.
    static void leave_original(Step& step, const Observed& original) {
        step.note = "was there before";
        if (same(step.before, original)) return;
        step.action = Action::change_mode;
        step.after = original;
    }

    // An original cannot come back to where a directory is needed now; it stays saved.
    void take_out(Step& step, const Written& last) {
        removed_.insert(step.place);
        touched_.insert(step.place);
        const bool comes_back = last.original && needed_.count(step.place) == 0;
        step.action = comes_back ? Action::restore : Action::remove;
        step.after = comes_back ? *last.original : Observed{};
        if (comes_back) step.saved = last.saved;
    }

    bool will_be_empty(const std::string& place) const {
        const auto names = tree_.list(place);
        if (!names) return false;
        return std::all_of(names->begin(), names->end(),
                           [&](const std::string& name) { return removed_.count(place + "/" + name) > 0; });
    }

    bool anything_touched_below(const std::string& place) const {
        const auto next = touched_.lower_bound(place + "/");
        return next != touched_.end() && next->starts_with(place + "/");
    }

    // Adds the ancestors that are missing. False, with a problem, when one is in the way.
    bool decide_parents(const std::string& place, std::size_t index) {
        std::string ancestor;
        const auto parts = path::parts(place);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            ancestor += (i == 0 ? "" : "/") + parts[i];
            if (directories_.count(ancestor) > 0) continue;
            if (places_.count(ancestor) >
                0) {  // declared: it was decided before, and failed or is no directory
                const auto& state = wanted_[places_.at(ancestor)].state;
                if (state.kind != Kind::directory) {
                    const auto what = state.kind == Kind::symlink ? Obstacle::symlinked_parent
                                                                  : Obstacle::parent_in_the_way;
                    add_problem(what, index, ancestor, state, {});
                }
                return false;
            }
            if (!decide_parent(ancestor, index)) return false;
        }
        return true;
    }

    bool decide_parent(const std::string& ancestor, std::size_t index) {
        const auto actual = tree_.observe(ancestor);
        if (!actual) {
            add_problem(Obstacle::unreadable, index, ancestor, {}, actual.error().message);
            return false;
        }
        if (actual->kind == Kind::absent || removed_.count(ancestor) > 0) {
            change_.steps.push_back({Action::make_parent, ancestor, {}, parent_directory, {}, {}, {}});
        } else if (actual->kind != Kind::directory) {
            const bool link = actual->kind == Kind::symlink;
            add_problem(link ? Obstacle::symlinked_parent : Obstacle::parent_in_the_way, index, ancestor,
                        *actual, {});
            return false;
        }
        directories_.insert(ancestor);
        return true;
    }

    void decide_wanted(const std::string& place, std::size_t index) {
        if (!decide_parents(place, index)) return;
        const Wanted& want = wanted_[index];
        auto found = tree_.observe(place);
        // An ancestor that one of our removals or replacements takes out of the way hides nothing.
        if (!found && (found.error().code == "not-a-directory" || found.error().code == "symlinked-parent"))
            found = Observed{};
        if (!found) {
            add_problem(Obstacle::unreadable, index, place, {}, found.error().message);
            return;
        }
        const std::size_t problems = change_.problems.size();
        decide_one(place, index, *found);
        if (want.state.kind == Kind::directory && change_.problems.size() == problems)
            directories_.insert(place);
    }

    void decide_one(const std::string& place, std::size_t index, const Observed& actual) {
        const Wanted& want = wanted_[index];
        const auto written = last_.find(place);
        const bool ours = written != last_.end();
        if (actual.kind == Kind::absent) {
            add_step(Action::create, place, index, actual, ours ? "deleted since it was written" : "");
        } else if (ours && same(actual, written->second.state)) {
            if (!same(actual, want.state)) replace(place, index, actual, true);
        } else if (same(actual, want.state)) {
            add_step(Action::adopt, place, index, actual, ours ? "the same edit was made by hand" : "");
        } else if (ours && want.on_modified == core::OnModified::keep) {
            add_step(Action::keep, place, index, actual, "edited since it was written");
        } else if (may_replace(want, ours) && actual.kind != Kind::special) {
            replace(place, index, actual, false);
        } else {
            add_problem(ours ? Obstacle::modified : Obstacle::collision, index, place, actual, {});
        }
    }

    // What is there is saved first.
    static bool may_replace(const Wanted& want, bool edited) {
        return edited ? want.on_modified == core::OnModified::save
                      : want.on_collision == core::OnCollision::save;
    }

    void replace(const std::string& place, std::size_t index, Observed actual, bool ours) {
        const bool was_directory = actual.kind == Kind::directory;
        if (was_directory && wanted_[index].state.kind == Kind::directory) {
            add_step(Action::change_mode, place, index, actual, {});
            return;
        }
        // Only ours: it has to be empty by then. With an original: it is saved whole, so nothing of ours may
        // still be in it that an earlier step of the same Change removes.
        const auto written = last_.find(place);
        const bool only_ours = ours && !written->second.original;
        const bool fits = only_ours ? will_be_empty(place) : !anything_touched_below(place);
        if (was_directory && !fits) {
            add_problem(ours ? Obstacle::modified : Obstacle::collision, index, place, actual, {});
            return;
        }
        if (was_directory && !fill_directory(place, index, actual)) return;
        add_step(Action::replace, place, index, actual, {});
    }

    // A directory that goes away is compared with everything in it.
    bool fill_directory(const std::string& place, std::size_t index, Observed& actual) {
        const auto parent = tree_.parent_of(place);
        if (parent && parent->state == Parent::State::open) {
            const bool emptied = will_be_empty(place);
            const auto digest = emptied ? Result<Digest>(empty_directory())
                                        : digest_of_directory(parent->fd.get(), parent->name);
            if (digest) {
                actual.content = *digest;
                return true;
            }
            add_problem(Obstacle::unreadable, index, place, actual, digest.error().message);
            return false;
        }
        add_problem(Obstacle::unreadable, index, place, actual, "it changed while it was looked at");
        return false;
    }

    static Digest empty_directory() { return Sha256().finish(); }

    void add_step(Action action, const std::string& place, std::size_t index, const Observed& before,
                  const std::string& note) {
        const bool stays = action == Action::adopt || action == Action::keep;
        const Observed& after = stays ? before : wanted_[index].state;
        change_.steps.push_back({action, place, before, after, index, {}, note});
    }

    const Tree& tree_;
    const std::vector<Wanted>& wanted_;
    const LastWritten& last_;
    std::map<std::string, std::size_t> places_;
    std::set<std::string> directories_;  // that are there, or will be when their content comes
    std::set<std::string> needed_;       // ancestors of what is wanted
    std::set<std::string> removed_;
    std::set<std::string> touched_;  // the same, and directories that get their own mode back
    std::vector<Step> removals_;
    Change change_;
};

}  // namespace

std::string_view word(Action action) {
    switch (action) {
        case Action::make_parent: return "make-parent";
        case Action::create: return "create";
        case Action::replace: return "replace";
        case Action::change_mode: return "change-mode";
        case Action::adopt: return "adopt";
        case Action::remove: return "remove";
        case Action::restore: return "restore";
        case Action::forget: return "forget";
        case Action::keep: return "keep";
    }
    return "";
}

bool Change::writes() const {
    return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
        return step.action != Action::adopt && step.action != Action::forget && step.action != Action::keep;
    });
}

Change decide(const Tree& tree, const std::vector<Wanted>& wanted, const LastWritten& last) {
    return Decision(tree, wanted, last).run();
}

}  // namespace contract::activation
