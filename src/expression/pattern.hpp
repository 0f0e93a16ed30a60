// SPDX-License-Identifier: Apache-2.0
//
// Regular expressions, as RE2 has them: linear in the text, bounded in memory. The only file of this room
// that knows RE2 is pattern.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace contract::expression {

class Pattern {
public:
    explicit Pattern(std::string_view text);
    ~Pattern();
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    const std::string& text() const { return text_; }
    // Why it cannot be used: "missing ): (a"; empty: it can.
    const std::string& mistake() const { return mistake_; }
    // The steps that matching a text of so many bytes counts as: at worst RE2 looks at the whole pattern for
    // every byte.
    std::size_t work(std::size_t bytes) const;
    // Whether some part of `text` matches. Only for a pattern without a mistake.
    bool matches(std::string_view text) const;

private:
    struct Compiled;
    std::string text_;
    std::string mistake_;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace contract::expression
