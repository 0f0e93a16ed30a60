// SPDX-License-Identifier: Apache-2.0
#include "contract/base/version.hpp"

#include <algorithm>

namespace contract {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The rank of a character in a part without digits: '~' before the end, the end before letters, letters
// before everything else.
int rank(std::string_view text) {
    if (text.empty() || is_digit(text.front())) return 0;
    const char c = text.front();
    if (c == '~') return -1;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter ? c : static_cast<unsigned char>(c) + 256;
}

std::string_view take_digits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}

int compare_part(std::string_view left, std::string_view right) {
    while (!left.empty() || !right.empty()) {
        while ((!left.empty() && !is_digit(left.front())) || (!right.empty() && !is_digit(right.front()))) {
            if (const int difference = rank(left) - rank(right); difference != 0) return difference;
            left.remove_prefix(left.empty() ? 0 : 1);
            right.remove_prefix(right.empty() ? 0 : 1);
        }
        const auto a = take_digits(left), b = take_digits(right);
        if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
        if (const int difference = a.compare(b); difference != 0) return difference;
    }
    return 0;
}

struct Version {
    std::string_view epoch, upstream, revision;
};

Version parse(std::string_view text) {
    Version out;
    if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        out.epoch = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    const auto dash = text.rfind('-');
    out.upstream = text.substr(0, dash);
    if (dash != std::string_view::npos) out.revision = text.substr(dash + 1);
    return out;
}

}  // namespace

int compare_versions(std::string_view left, std::string_view right) {
    const auto a = parse(left), b = parse(right);
    if (const int difference = compare_part(a.epoch, b.epoch); difference != 0) return difference;
    if (const int difference = compare_part(a.upstream, b.upstream); difference != 0) return difference;
    return compare_part(a.revision, b.revision);
}

}  // namespace contract
