// SPDX-License-Identifier: Apache-2.0
//
// What a build may not do: change owners and rights, what it uses, and the place of its output.
#include <vector>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "log_text.hpp"
#include "missing_words.hpp"
#include "sayings.hpp"

namespace contract::build {

namespace {

// Owners that the sandbox does not know are "invalid" to its kernel.
bool needs_privileges(std::string_view line) {
    if (contains(line, "Invalid argument"))
        return contains_one_of(line, {"change ownership", "changing ownership", "chown"});
    return contains(line, "Operation not permitted") &&
           contains_one_of(
               line, {"chmod", "chown", "change ownership", "changing permissions", "changing ownership",
                      "mknod", "mount", "setcap", "setuid", "setgid", "unshare"});
}

bool names_output(std::string_view line, const core::PlannedAction& action) {
    return !action.output.base().empty() && contains(line, action.output.text());
}

// The output's folder itself, and nothing below it.
bool names_output_alone(std::string_view line, const core::PlannedAction& action) {
    if (!names_output(line, action)) return false;
    const auto text = action.output.text();
    const auto behind = line.substr(line.find(text) + text.size());
    return behind.empty() || !(behind.front() == '/' && behind.size() > 1 && behind[1] != '\'');
}

std::optional<Advice> output_advice(std::string_view line, const core::PlannedAction& action) {
    if (!names_output_alone(line, action) ||
        !contains_one_of(line, {"Device or resource busy", "Read-only file system"}))
        return std::nullopt;
    return Advice{"output", std::string(trim(line)),
                  "$out is made for the build and stays: empty it instead, or write into it"};
}

// "sh: 1: NAME: Permission denied" is about starting NAME: of writing dash says "cannot create NAME".
bool is_started(const std::vector<std::string_view>& said) {
    if (said.size() < 3) return false;
    const auto number = said[said.size() - 3];
    return !contains(said[said.size() - 2], " ") && !number.empty() &&
           number.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_in_unwritable_folder(const std::string& name, const LookAtFile& look) {
    const auto folder = look(path::parent(name));
    return folder && folder->is_folder && !folder->writable;
}

// A copy keeps the rights of what it is a copy of, and nobody may write what lies in the store.
bool is_unwritable_copy(std::string_view line, const core::PlannedAction& action, const LookAtFile& look) {
    if (is_started(phrases(line))) return false;
    if (names_output(line, action)) return true;
    if (!look || contains(line, core::store_directory)) return false;
    const auto name = denied_file(line);
    if (name.empty() || path::is_absolute(name)) return false;
    const auto file = look(name);
    return (file && !file->writable) || is_in_unwritable_folder(name, look);
}

std::optional<Advice> store_advice(std::string_view line, const core::PlannedAction& action,
                                   const LookAtFile& look) {
    const bool is_denied = contains(line, "Permission denied");
    if (is_denied && is_unwritable_copy(line, action, look))
        return Advice{"read-only", std::string(trim(line)),
                      "what lies in the store is read-only, and so are copies of it: use `cp "
                      "--no-preserve=mode`, or `chmod -R u+w` afterwards"};
    const bool is_refused = is_denied || contains(line, "Read-only file system");
    if (!is_refused || names_output(line, action) || !contains(line, core::store_directory))
        return std::nullopt;
    return Advice{"read-only", std::string(trim(line)),
                  "what a build uses cannot be changed: copy it below $TMPDIR first, or write to $out"};
}

}  // namespace

std::optional<Advice> refusal_advice(std::string_view line, const core::PlannedAction& action,
                                     const LookAtFile& look) {
    if (auto advice = output_advice(line, action)) return advice;
    if (auto advice = store_advice(line, action, look)) return advice;
    if (!needs_privileges(line)) return std::nullopt;
    return Advice{"refused", std::string(trim(line)),
                  "a build has no privileges, and an output has neither owners nor set-user-id files nor "
                  "devices: leave that step out"};
}

}  // namespace contract::build
