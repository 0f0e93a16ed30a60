// SPDX-License-Identifier: Apache-2.0
#include "challenge.hpp"

#include <algorithm>

namespace contract::inputs {

namespace {

bool is_token_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    void skip(std::string_view any) {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(any), rest_.size()));
    }
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::string token() {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_character);
        std::string out(rest_.begin(), end);
        rest_.remove_prefix(out.size());
        return out;
    }
    // A quoted string, or a token; none when a quote is not closed.
    std::optional<std::string> value() {
        if (!take('"')) return token();
        std::string out;
        while (!rest_.empty()) {
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') return out;
            if (c == '\\' && !rest_.empty()) {
                c = rest_.front();
                rest_.remove_prefix(1);
            }
            out += c;
        }
        return std::nullopt;
    }

private:
    std::string_view rest_;
};

}  // namespace

std::string Challenge::parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
}

std::vector<Challenge> parse_challenges(std::string_view header) {
    std::vector<Challenge> out;
    Reader reader(header);
    while (true) {
        reader.skip(" \t,");
        const std::string word = lower(reader.token());
        if (word.empty()) return out;
        reader.skip(" \t");
        // "name=value" belongs to the challenge before it, any other word begins the next one.
        if (!reader.take('=')) {
            out.push_back({word, {}});
            continue;
        }
        reader.skip(" \t");
        auto value = reader.value();
        if (!value || out.empty()) return out;
        out.back().parameters.emplace(word, std::move(*value));
    }
}

std::optional<Challenge> best_challenge(std::string_view header) {
    const auto challenges = parse_challenges(header);
    for (const std::string_view scheme : {"bearer", "basic"})
        for (const auto& challenge : challenges)
            if (challenge.scheme == scheme) return challenge;
    return std::nullopt;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        const auto byte = static_cast<unsigned char>(c);
        if (plain)
            out += c;
        else
            out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

}  // namespace contract::inputs
