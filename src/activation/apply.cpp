// SPDX-License-Identifier: Apache-2.0
#include "apply.hpp"

#include <set>

#include "contract/base/text.hpp"
#include "place.hpp"

namespace contract::activation {

namespace {

bool takes_something(Action action) {
    return action == Action::replace || action == Action::remove || action == Action::restore;
}

Result<bool> is_emptied_first(const Tree& tree, const Step& step) {
    if (step.before.kind != Kind::directory) return false;
    TRY_ASSIGN(const auto names, tree.list(step.place));
    return !names.empty() && (step.action != Action::replace || step.before.content == Sha256().finish());
}

// Before the first write: everything that goes away is copied, so that a full disk stops us here. Removals
// come before everything else and nothing of theirs lies in another's way, so every place can be reached now.
Result<> save_originals(Tree& tree, const Change& change, SavedOriginals& saved, Applied& plan) {
    for (const auto& step : change.steps) {
        Done done{step, {}};
        if (takes_something(step.action)) {
            TRY_ASSIGN(const auto place, Place::open(tree, step.place));
            // A directory of ours that earlier steps empty is only a name, a mode and an owner.
            TRY_ASSIGN(const bool emptied, is_emptied_first(tree, step));
            if (!emptied) {
                TRY_ASSIGN(done.original, place.save(saved, step.before));
            }
        }
        plan.push_back(std::move(done));
    }
    return {};
}

Result<> write(Place& place, const Step& step, const std::vector<Wanted>& wanted,
               const SavedOriginals& saved) {
    switch (step.action) {
        case Action::adopt: return place.check(step.before);
        case Action::forget:
        case Action::keep: return {};
        case Action::make_parent: TRY(place.make_directory(step.after)); return place.publish();
        case Action::create: TRY(place.stage(wanted.at(*step.wanted))); return place.publish();
        case Action::replace: TRY(place.stage(wanted.at(*step.wanted))); return place.exchange(step.before);
        case Action::restore:
            TRY(place.stage_original(saved, step.saved));
            TRY(place.exchange(step.before));
            // The copy of a directory was made after its mode was changed, when it was adopted at first.
            if (step.after.kind == Kind::directory) return place.change_directory(step.after);
            return {};
        case Action::change_mode: TRY(place.check(step.before)); return place.change_directory(step.after);
        case Action::remove: return place.take_away(step.before);
    }
    return {};
}

Result<> execute(Tree& tree, Done& done, const std::vector<Wanted>& wanted, const SavedOriginals& saved) {
    Step& step = done.step;
    if (step.action == Action::keep || step.action == Action::forget) return {};
    TRY_ASSIGN(auto place, Place::open(tree, step.place));
    if (auto written = write(place, step, wanted, saved); !written) {
        place.drop_staged();
        return std::move(written).error();
    }
    if (step.action != Action::adopt) place.record(step.after);
    return {};
}

// The way back from one step.
Result<> take_back(Tree& tree, const Done& done, const SavedOriginals& saved) {
    const Step& step = done.step;
    if (step.action == Action::keep || step.action == Action::forget || step.action == Action::adopt)
        return {};
    TRY_ASSIGN(auto place, Place::open(tree, step.place));
    const auto back = [&]() -> Result<> {
        if (step.action == Action::make_parent || step.action == Action::create)
            return place.take_away(step.after);
        if (step.action == Action::change_mode) {
            TRY(place.check(step.after));
            return place.change_directory(step.before);
        }
        if (done.original.empty())
            TRY(place.make_directory(step.before));
        else
            TRY(place.stage_original(saved, done.original));
        return step.action == Action::remove ? place.publish() : place.exchange(step.after);
    }();
    if (!back)
        place.drop_staged();
    else
        place.record(step.before);
    return back;
}

}  // namespace

Result<Applied> apply(Tree& tree, const Change& change, const std::vector<Wanted>& wanted,
                      SavedOriginals& saved) {
    if (!change.problems.empty()) throw InternalError("a Change with problems was applied");
    Applied plan;
    TRY(save_originals(tree, change, saved, plan));
    Applied applied;
    for (auto& done : plan) {
        auto executed = execute(tree, done, wanted, saved);
        if (executed) {
            applied.push_back(std::move(done));
            continue;
        }
        Error error = std::move(executed).error();
        if (auto undone = undo(tree, applied, saved); !undone)
            for (const auto& note : undone.error().notes) error.notes.push_back("left behind: " + note);
        return error;
    }
    return applied;
}

Result<> undo(Tree& tree, const Applied& applied, const SavedOriginals& saved) {
    Error error{"not-taken-back", "not everything could be taken back", Blame::environment, {}, {}, {}};
    for (auto done = applied.rbegin(); done != applied.rend(); ++done)
        if (const auto back = take_back(tree, *done, saved); !back)
            error.notes.push_back(back.error().message);
    if (!error.notes.empty()) return error;
    return {};
}

Result<> verify(const Tree& tree, const std::vector<Wanted>& wanted, const Applied& applied) {
    Error error{"verify-failed", "a path is not what was written", Blame::environment, {}, {}, {}};
    std::set<std::size_t> kept;
    for (const auto& done : applied)
        if (done.step.action == Action::keep && done.step.wanted) kept.insert(*done.step.wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (kept.count(i) > 0) continue;
        const Wanted& want = wanted[i];
        const auto actual = tree.observe(tree.place_of(want.path));
        if (!actual) {
            error.notes.push_back(actual.error().message);
        } else if (!same(*actual, want.state)) {
            error.notes.push_back("'" + harmless(want.path) + "': expected " + describe(want.state) +
                                  ", found " + describe(*actual));
        }
    }
    if (!error.notes.empty()) return error;
    return {};
}

LastWritten last_written(const Tree& tree, const std::vector<Wanted>& wanted, const Applied& applied,
                         const LastWritten& before) {
    LastWritten last = before;
    for (const auto& done : applied) {
        const Step& step = done.step;
        if (!step.wanted && step.action != Action::make_parent) {
            last.erase(step.place);
            continue;
        }
        if (step.action == Action::keep) continue;  // what was last written is still what the edit is told by
        // The first original counts: what a later generation replaced was ours.
        const auto earlier = before.find(step.place);
        Written written{step.after, {}, {}};
        if (earlier != before.end()) {
            written.original = earlier->second.original;
            written.saved = earlier->second.saved;
            // Adopted at first and replaced only now: what was replaced is the original.
            if (written.original && written.saved.empty()) written.saved = done.original;
        } else if (step.before.kind != Kind::absent) {
            written.original = step.before;
            written.saved = done.original;
        }
        last[step.place] = std::move(written);
    }
    for (const auto& want : wanted) {
        const std::string place = tree.place_of(want.path);
        if (last.count(place) == 0) last[place] = {want.state, {}, {}};
    }
    return last;
}

}  // namespace contract::activation
