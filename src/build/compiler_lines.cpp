// SPDX-License-Identifier: Apache-2.0
#include "compiler_lines.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "log_text.hpp"

namespace contract::build {

namespace {

// FILE:LINE or FILE:LINE:COLUMN
bool is_place(std::string_view place) {
    const auto colon = place.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < place.size() &&
           std::all_of(place.begin() + static_cast<std::ptrdiff_t>(colon) + 1, place.end(),
                       [](char c) { return c == ':' || (c >= '0' && c <= '9'); });
}

std::string_view place_before(std::string_view line, std::initializer_list<std::string_view> texts) {
    auto end = std::string_view::npos;
    for (const auto text : texts) end = std::min(end, line.find(text));
    if (end == std::string_view::npos || !is_place(line.substr(0, end))) return {};
    return line.substr(0, end);
}

// A header of the root or of a package: nobody corrects that.
bool is_foreign(std::string_view place, const core::PlannedAction& action) {
    const std::string file(place.substr(0, place.find(':')));
    if (!path::is_absolute(file)) return false;
    const auto& root = action.recipe.root;
    if (path::is_within(file, core::store_directory))
        return action.output.base().empty() || !path::is_within(file, action.output.text());
    if (root.kind == core::RootKind::tree)
        return path::is_within(file, "/usr") || path::is_within(file, "/opt");
    return std::any_of(root.folders.begin(), root.folders.end(),
                       [&](const std::string& folder) { return path::is_within(file, folder); });
}

// Where the build's own file asks for what fails elsewhere: gcc says it in front of its error, clang behind.
std::string_view own_place(std::string_view line, const core::PlannedAction& action) {
    auto place = place_before(line, {":   required from here", ": required from here"});
    if (place.empty() && contains(line, "requested here"))
        place = place_before(line, {": note: in instantiation of", ": note: while substituting"});
    return place.empty() || is_foreign(place, action) ? std::string_view() : place;
}

// The last one in front of `line`, or else the first one behind it.
std::string_view nearest_own_place(std::string_view line, std::string_view log,
                                   const core::PlannedAction& action) {
    std::string_view nearest;
    while (!log.empty()) {
        const auto one = log.substr(0, log.find('\n'));
        const bool is_behind = one.data() > line.data();
        if (is_behind && !nearest.empty()) break;
        if (const auto place = own_place(one, action); !place.empty()) nearest = place;
        log.remove_prefix(std::min(one.size() + 1, log.size()));
    }
    return nearest;
}

}  // namespace

std::string_view diagnosed_place(std::string_view line) {
    return place_before(line, {": error: ", ": fatal error: "});
}

std::optional<Advice> compiler_advice(std::string_view line, std::string_view log,
                                      const core::PlannedAction& action) {
    auto place = diagnosed_place(line);
    // What is not found is told by a clue of its own.
    if (place.empty() || contains(line, "No such file") || contains(line, "file not found"))
        return std::nullopt;
    if (is_foreign(place, action)) place = nearest_own_place(line, log, action);
    if (place.empty()) return std::nullopt;
    return Advice{"compiler", std::string(trim(line)), "correct " + harmless(place) + ", the first error"};
}

std::optional<Advice> linker_advice(std::string_view line) {
    for (const std::string_view before : {"undefined reference to `", "undefined symbol: "}) {
        const auto at = line.find(before);
        if (at == std::string_view::npos) continue;
        auto name = line.substr(at + before.size());
        name = name.substr(0, name.find_first_of(before.ends_with('`') ? "'" : " "));
        if (name.empty()) continue;
        return Advice{"unlinked", std::string(trim(line)),
                      "link what has '" + harmless(name) +
                          "' (-lNAME, behind what needs it), and add what provides it to "
                          "`uses` or the root"};
    }
    return std::nullopt;
}

std::optional<Advice> sanitizer_advice(std::string_view line) {
    constexpr std::array sanitizers = std::to_array<std::string_view>(
        {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "ERROR: HWAddressSanitizer",
         "WARNING: MemorySanitizer", "WARNING: ThreadSanitizer"});
    const bool is_told = std::any_of(sanitizers.begin(), sanitizers.end(),
                                     [&](std::string_view text) { return contains(line, text); });
    if (!is_told && place_before(line, {": runtime error: "}).empty()) return std::nullopt;
    return Advice{"sanitizer", std::string(trim(line)),
                  "correct the program: the lines below this one in the log name the places in its source"};
}

}  // namespace contract::build
