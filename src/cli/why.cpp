// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>

#include "contract/os/machine.hpp"
#include "contract/pipeline/trace.hpp"
#include "contract/pipeline/why.hpp"
#include "contract/report/origin.hpp"
#include "planning.hpp"
#include "session.hpp"

namespace contract::cli {

namespace {

constexpr std::array why_options = std::to_array<OptionSpec>({
    {"--system", "", "SYSTEM", "plan for this system instead of this machine's", false},
    {"--json", "", "", "print it as JSON (contract.why/v1)", false},
});

// The contract is read only when a target is named.
class Question {
public:
    Question(store::Store& store, const Arguments& arguments) : store_(store), arguments_(arguments) {}

    std::variant<Asked, int> meaning(const std::string& word) {
        if (const auto path = pipeline::store_path_of(store_, word)) return Asked{word, *path};
        if (!plan_) {
            auto planned = plan_for(arguments_, store_);
            if (const auto* status = std::get_if<int>(&planned)) return *status;
            plan_ = std::get<core::Plan>(std::move(planned));
        }
        return asked_target(*plan_, word);
    }

    int answer(const Asked& from, const Asked& to) const {
        const auto found = pipeline::why(store_, plan_.value_or(core::Plan()), from.path, to.path);
        if (!found) return tell(found.error(), arguments_);
        core::Why why = *found;
        why.from_name = from.name;
        why.to_name = to.name;
        const std::string text = arguments_.has("--json")
                                     ? report::why_json(why)
                                     : report::why_text(why, style_for(arguments_, STDOUT_FILENO));
        return print(text) ? core::exit_status::passed : core::exit_status::internal;
    }

private:
    store::Store& store_;
    const Arguments& arguments_;
    std::optional<core::Plan> plan_;
};

int run_why(const Arguments& arguments) {
    if (arguments.positionals.size() != 2)
        return wrong_usage("'contract why' takes two targets or store paths: what needs, and what is needed");
    auto store = store::Store::open(os::contract_home());
    if (!store) return tell(store.error(), arguments);
    Question question(*store, arguments);
    const auto from = question.meaning(arguments.positionals[0]);
    if (const auto* status = std::get_if<int>(&from)) return *status;
    const auto to = question.meaning(arguments.positionals[1]);
    if (const auto* status = std::get_if<int>(&to)) return *status;
    if (std::get<Asked>(from).path == std::get<Asked>(to).path)
        return wrong_usage("both are the same store path");
    return question.answer(std::get<Asked>(from), std::get<Asked>(to));
}

}  // namespace

const CommandSpec& why_command() {
    static const CommandSpec command{
        "why",
        "tell why one output needs another",
        "Prints the shortest chain from the first to the second: which file of which output names the next, "
        "or which root it was built in. Without such a chain it says so, and whether the build used it.",
        {"TARGET", "two of: packages.NAME, inputs.NAME, or a store path", true, true},
        why_options,
        run_why};
    return command;
}

}  // namespace contract::cli
