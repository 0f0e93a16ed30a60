// SPDX-License-Identifier: Apache-2.0
#include "amounts.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace contract::cli {

namespace {

// A number that is written out whole, and what follows it.
std::optional<std::pair<double, std::string_view>> number_at_front(std::string_view text) {
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(value) || value < 0) return std::nullopt;
    return std::pair(value, text.substr(static_cast<std::size_t>(end - text.data())));
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
    if (bytes < 1000) return fmt::format("{} bytes", bytes);
    double amount = static_cast<double>(bytes);
    for (const std::string_view unit : {"kB", "MB", "GB", "TB"}) {
        amount /= 1000;
        if (amount < 999.95 || unit == "TB") return fmt::format("{:.1f} {}", amount, unit);
    }
    return {};
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr double most = 9e18;
    const auto number = number_at_front(text);
    if (!number) return std::nullopt;
    double factor = 1;
    if (!number->second.empty()) {
        const auto unit = std::string_view("kMGT").find(number->second);
        if (number->second.size() != 1 || unit == std::string_view::npos) return std::nullopt;
        factor = std::pow(1000.0, static_cast<double>(unit + 1));
    }
    const double bytes = number->first * factor;
    if (bytes > most) return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
}

std::optional<std::int64_t> parse_days(std::string_view text) {
    constexpr double most = 1e6;
    const auto number = number_at_front(text);
    if (!number) return std::nullopt;
    constexpr std::array<std::pair<std::string_view, double>, 3> units{{{"h", 1.0 / 24}, {"d", 1}, {"w", 7}}};
    for (const auto& [unit, days] : units) {
        if (number->second != unit) continue;
        const double age = std::ceil(number->first * days);
        return age <= most ? std::optional(static_cast<std::int64_t>(age)) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace contract::cli
