// SPDX-License-Identifier: Apache-2.0
#include "contract/manifest/host_name.hpp"

#include <algorithm>
#include <charconv>

#include "contract/base/text.hpp"

namespace contract::manifest {

namespace {

constexpr std::size_t most_digits = 9;
const std::string example = "write a range as \"gpu-[001-064]\"";

HostNameProblem problem(std::size_t begin, std::size_t end, std::string label, std::string help = example) {
    return {begin, end, std::move(label), std::move(help)};
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= most_digits &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t number_of(std::string_view digits) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

// "001-064", which starts at byte `begin` of the name.
std::variant<core::HostRange, HostNameProblem> parse_numbers(std::string_view inside, std::size_t begin) {
    const std::size_t end = begin + inside.size();
    const std::size_t dash = std::min(inside.find('-'), inside.size());
    const auto first = inside.substr(0, dash);
    const auto last = inside.substr(std::min(dash + 1, inside.size()));
    if (!is_number(first) || !is_number(last))
        return problem(begin, end, "not two numbers of at most 9 digits with '-' between them");
    if (first.size() != last.size())
        return problem(begin, end, "the two numbers have different numbers of digits",
                       "write both with the digits that the names of the hosts have: [001-064], or [1-9]");
    core::HostRange range;
    range.first = number_of(first);
    range.last = number_of(last);
    range.digits = first.size();
    if (range.first > range.last)
        return problem(begin, end, "the first number is above the last", "write the lower number first");
    if (range.last - range.first >= most_hosts)
        return problem(begin, end, "more than " + std::to_string(most_hosts) + " hosts",
                       "write several smaller ranges");
    return range;
}

}  // namespace

bool is_host_range(std::string_view name) {
    return name.find_first_of("[]") != std::string_view::npos;
}

std::variant<core::HostRange, HostNameProblem> parse_host_range(std::string_view name) {
    const std::size_t open = name.find('[');
    const std::size_t close = name.find(']');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return problem(0, name.size(), "a bracket without the other one");
    if (const auto second = name.find_first_of("[]", close + 1); second != std::string_view::npos)
        return problem(second, name.size(), "a second bracket",
                       "a range has one bracket: write a table for each of the others");
    auto numbers = parse_numbers(name.substr(open + 1, close - open - 1), open + 1);
    auto* range = std::get_if<core::HostRange>(&numbers);
    if (range == nullptr) return numbers;
    range->prefix = name.substr(0, open);
    range->suffix = name.substr(close + 1);
    if (range->prefix.empty())
        return problem(0, close + 1, "nothing in front of the bracket",
                       "start with what the hosts have in common, which is their group: \"gpu-[001-064]\"");
    const std::string longest = range->prefix + std::string(range->digits, '0') + range->suffix;
    if (!is_name(longest))
        return problem(
            0, name.size(), "names of hosts that cannot be",
            "names start with a letter or digit, have letters, digits, '_' and '-', and are at most "
            "64 characters long");
    return numbers;
}

}  // namespace contract::manifest
