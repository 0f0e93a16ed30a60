// SPDX-License-Identifier: Apache-2.0
#include "forms.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "contract/base/text.hpp"
#include "contract/core/keys.hpp"

namespace contract::manifest {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// At most nine digits, so that no arithmetic on it can overflow.
std::optional<std::int64_t> small_number(std::string_view text) {
    if (text.empty() || text.size() > 9 || !std::all_of(text.begin(), text.end(), is_digit))
        return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

using Version = std::array<std::int64_t, 3>;

std::optional<Version> parse_version(std::string_view text) {
    Version version{};
    const auto parts = split(text, '.');
    if (parts.size() > version.size()) return std::nullopt;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto number = small_number(parts[i]);
        if (!number) return std::nullopt;
        version[i] = *number;
    }
    return version;
}

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::array units =
    std::to_array<Unit>({{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", day_ms}});

}  // namespace

std::optional<std::int64_t> duration_ms(std::string_view text) {
    const auto digits =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    const auto number = small_number(text.substr(0, digits));
    const auto unit = std::find_if(units.begin(), units.end(),
                                   [&](const Unit& known) { return known.name == text.substr(digits); });
    if (!number || unit == units.end()) return std::nullopt;
    const std::int64_t value = *number * unit->milliseconds;
    if (value == 0 || value > 366 * day_ms) return std::nullopt;
    return value;
}

std::optional<std::int64_t> memory_bytes(std::string_view text) {
    constexpr std::int64_t mebibyte = 1 << 20;
    const bool large = text.ends_with("GiB");
    if (!large && !text.ends_with("MiB")) return std::nullopt;
    const auto number = small_number(text.substr(0, text.size() - 3));
    if (!number || *number == 0) return std::nullopt;
    return *number * mebibyte * (large ? 1024 : 1);
}

const std::vector<std::string>& known_systems() {
    static const std::vector<std::string> systems(core::known_systems().begin(), core::known_systems().end());
    return systems;
}

bool is_variable_name(std::string_view text) {
    return !text.empty() && text.size() <= 128 && !is_digit(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

bool is_reserved_variable(std::string_view text) {
    const auto reserved = core::exceptions_of(core::Form::variable);
    return std::find(reserved.begin(), reserved.end(), text) != reserved.end();
}

bool is_revision(std::string_view text) {
    return text.size() == 40 && std::all_of(text.begin(), text.end(),
                                            [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_git_ref(std::string_view text) {
    constexpr std::string_view forbidden = " ~^:?*[\\";
    const auto contains = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
    if (text.empty() || text.size() > 1024 || text.front() == '-' || text.front() == '/' ||
        text.back() == '/' || text.back() == '.' || text == "@" || text.ends_with(".lock"))
        return false;
    if (contains("..") || contains("//") || contains("@{") || contains("/.") || text.front() == '.')
        return false;
    return std::none_of(text.begin(), text.end(), [&](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
               forbidden.find(c) != std::string_view::npos;
    });
}

std::optional<bool> satisfies(std::string_view version, std::string_view requirement) {
    const auto have = parse_version(version);
    if (!have) return std::nullopt;
    bool all = true;
    for (const auto& part : split(requirement, ',')) {
        const auto condition = trim(part);
        const auto sign_size = std::min(condition.find_first_not_of("<>="), condition.size());
        const auto sign = condition.substr(0, sign_size);
        const auto wanted = parse_version(trim(condition.substr(sign_size)));
        if (!wanted) return std::nullopt;
        if (sign == ">=")
            all = all && *have >= *wanted;
        else if (sign == ">")
            all = all && *have > *wanted;
        else if (sign == "<=")
            all = all && *have <= *wanted;
        else if (sign == "<")
            all = all && *have < *wanted;
        else if (sign == "=" || sign == "==")
            all = all && *have == *wanted;
        else
            return std::nullopt;
    }
    return all;
}

}  // namespace contract::manifest
