// SPDX-License-Identifier: Apache-2.0
#include "option_type.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::evaluation {

namespace {

using expression::Kind;
using expression::Value;

struct Word {
    std::string_view name;
    OptionKind kind;
    std::size_t parameters;  // types between parentheses
};
constexpr std::array words = std::to_array<Word>({
    {"bool", OptionKind::boolean, 0},
    {"int", OptionKind::integer, 0},
    {"uint", OptionKind::unsigned_integer, 0},
    {"float", OptionKind::real, 0},
    {"port", OptionKind::port, 0},
    {"string", OptionKind::string, 0},
    {"line", OptionKind::line, 0},
    {"nonempty", OptionKind::nonempty, 0},
    {"lines", OptionKind::lines, 0},
    {"path", OptionKind::path, 0},
    {"file", OptionKind::file, 0},
    {"package", OptionKind::package, 0},
    {"enum", OptionKind::enumeration, 0},
    {"list", OptionKind::list, 1},
    {"set", OptionKind::set, 1},
    {"map", OptionKind::map, 1},
    {"optional", OptionKind::optional, 1},
    {"either", OptionKind::either, 2},
});
constexpr std::size_t deepest_type = 16;
constexpr std::size_t longest_type = 16384;  // `either` in `either` is held against values many times

const Word* find_word(std::string_view name) {
    for (const Word& word : words)
        if (word.name == name) return &word;
    return nullptr;
}
std::string_view name_of(OptionKind kind) {
    for (const Word& word : words)
        if (word.kind == kind) return word.name;
    return "";
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    std::variant<OptionType, TypeMistake> run() {
        if (text_.size() > longest_type)
            return TypeMistake{
                "a type may have " + std::to_string(longest_type) + " bytes", 0, text_.size(), {}};
        OptionType type = read(0, false);
        skip_blank();
        if (!mistake_ && at_ < text_.size())
            fail("'" + rest() + "' stands after the type", at_, text_.size());
        if (mistake_) return std::move(*mistake_);
        return type;
    }

private:
    std::string rest() const { return harmless(text_.substr(at_)); }
    void fail(std::string message, std::size_t begin, std::size_t end, std::vector<std::string> help = {}) {
        if (!mistake_) mistake_ = TypeMistake{std::move(message), begin, end, std::move(help)};
    }
    void skip_blank() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    bool accept(char sign) {
        skip_blank();
        if (at_ >= text_.size() || text_[at_] != sign) return false;
        ++at_;
        return true;
    }
    void expect(char sign) {
        if (!mistake_ && !accept(sign))
            fail(std::string("the type misses '") + sign + "' here", at_, std::min(at_ + 1, text_.size()));
    }

    // `inside`: of a list, set or map, where null would be a value that the plan has no form for.
    OptionType read(std::size_t depth, bool inside) {
        OptionType type;
        skip_blank();
        const std::size_t begin = at_;
        while (at_ < text_.size() && ((text_[at_] >= 'a' && text_[at_] <= 'z') || text_[at_] == '_')) ++at_;
        const std::string_view name = text_.substr(begin, at_ - begin);
        const Word* word = find_word(name);
        if (word == nullptr || depth > deepest_type) {
            if (word != nullptr)
                fail("the type is nested too deeply", begin, at_);
            else
                unknown(name, begin);
            return type;
        }
        type.kind = word->kind;
        if (type.kind == OptionKind::optional && inside)
            fail("what is in a list, set or map cannot be optional", begin, at_,
                 {"leave 'optional' out: an item or key without a value is not there"});
        if (type.kind == OptionKind::list || type.kind == OptionKind::set || type.kind == OptionKind::map)
            inside = true;
        if (type.kind == OptionKind::enumeration) {
            enumeration(type, begin);
        } else if (word->parameters > 0) {
            expect('(');
            for (std::size_t i = 0; i < word->parameters && !mistake_; ++i) {
                if (i > 0) expect(',');
                if (!mistake_) type.of.push_back(read(depth + 1, inside));
            }
            expect(')');
        }
        return type;
    }

    void unknown(std::string_view name, std::size_t begin) {
        if (name.empty()) return fail("a type is missing here", begin, std::min(begin + 1, text_.size()));
        std::vector<std::string> names;
        for (const Word& word : words) names.emplace_back(word.name);
        std::vector<std::string> help;
        if (const auto near = nearest(name, names))
            help.push_back("did you mean '" + *near + "'?");
        else
            help.push_back("there is: " + join(names, ", "));
        fail("there is no type '" + harmless(name) + "'", begin, begin + name.size(), std::move(help));
    }

    void enumeration(OptionType& type, std::size_t begin) {
        expect('(');
        while (!mistake_) {
            skip_blank();
            const std::size_t start = at_;
            const char quote = at_ < text_.size() ? text_[at_] : '\0';
            const std::size_t close =
                quote == '"' || quote == '\'' ? text_.find(quote, at_ + 1) : std::string_view::npos;
            if (close == std::string_view::npos)
                return fail("a word of 'enum' is a string in quotes", start,
                            std::min(start + 1, text_.size()), {"write: enum(\"a\", \"b\")"});
            std::string word(text_.substr(start + 1, close - start - 1));
            at_ = close + 1;
            if (std::find(type.words.begin(), type.words.end(), word) != type.words.end())
                return fail("'" + harmless(word) + "' is there twice", start, at_);
            type.words.push_back(std::move(word));
            if (!accept(',')) break;
        }
        expect(')');
        if (!mistake_ && type.words.empty()) fail("the enumeration is empty", begin, at_);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::optional<TypeMistake> mistake_;
};

std::string found_kind(const Value& value) {
    switch (value.kind()) {
        case Kind::null: return "null";
        case Kind::boolean: return "a boolean";
        case Kind::integer:
        case Kind::unsigned_integer: return "an integer";
        case Kind::real: return "a float";
        case Kind::string: return "a string";
        case Kind::list: return "a list";
        case Kind::map: return "a table";
        case Kind::object: return "an object";
        default: return std::string(expression::word(value.kind()));
    }
}

std::string one_of(const std::vector<std::string>& allowed) {
    std::vector<std::string> shown;
    for (const std::string& word : allowed) shown.push_back(quoted(word));
    return "one of " + join(shown, ", ");
}

bool is_package(const Value& value) {
    const auto* fields = value.as<expression::Map>();
    if (fields == nullptr) return false;
    const Value* path = fields->find("path");
    return path != nullptr && path->kind() == Kind::string;
}

class Judge {
public:
    bool check(const OptionType& type, const Value& value) {
        switch (type.kind) {
            case OptionKind::boolean: return kind(type, value, Kind::boolean);
            case OptionKind::integer: return kind(type, value, Kind::integer);
            case OptionKind::unsigned_integer: return number(type, value, INT64_MAX);
            case OptionKind::port: return number(type, value, 65535);
            case OptionKind::real: return real(type, value);
            case OptionKind::package:
                if (is_package(value)) return true;
                wrong(type, found_kind(value));
                found.help.push_back("write it as \"${{ packages.NAME }}\"");
                return false;
            case OptionKind::list:
            case OptionKind::set: return items(type, value);
            case OptionKind::map: return entries(type, value);
            case OptionKind::optional: return value.is_null() || check(type.of[0], value);
            case OptionKind::either: return either(type, value);
            case OptionKind::unknown: return true;
            default: return text(type, value);
        }
    }
    Mismatch found;

private:
    bool not_allowed(const OptionType& type, std::string what) {
        found.of_its_kind = true;
        return wrong(type, std::move(what));
    }
    bool wrong(const OptionType& type, std::string what) {
        found.expected = type.words.empty() ? to_text(type) : one_of(type.words);
        found.found = std::move(what);
        return false;
    }
    bool kind(const OptionType& type, const Value& value, Kind wanted) {
        return value.kind() == wanted || wrong(type, found_kind(value));
    }
    bool number(const OptionType& type, const Value& value, std::int64_t most) {
        if (!kind(type, value, Kind::integer)) return false;
        const std::int64_t number = *value.as<std::int64_t>();
        if (number >= 0 && number <= most) return true;
        not_allowed(type, std::to_string(number));
        found.help.push_back(type.kind == OptionKind::port ? "a port is 0 to 65535" : "it is not negative");
        return false;
    }
    bool real(const OptionType& type, const Value& value) {
        if (value.kind() == Kind::real) return true;
        wrong(type, found_kind(value));
        if (const auto number = value.as<std::int64_t>())
            found.help.push_back("write " + std::to_string(*number) + ".0");
        return false;
    }
    bool text(const OptionType& type, const Value& value) {
        const auto* text = value.as<std::string>();
        if (text == nullptr) return wrong(type, found_kind(value));
        switch (type.kind) {
            case OptionKind::line:
                return text->find_first_of("\r\n") == std::string::npos || not_allowed(type, "several lines");
            case OptionKind::nonempty: return !trim(*text).empty() || not_allowed(type, "blank");
            case OptionKind::path:
                if (path::is_absolute(*text) && path::normalise(*text) == *text) return true;
                not_allowed(type, quoted(*text));
                found.help.push_back("write an absolute path in its shortest form");
                return false;
            case OptionKind::file: return is_file(type, *text);
            case OptionKind::enumeration: return is_word(type, *text);
            default: return true;
        }
    }
    bool is_file(const OptionType& type, const std::string& text) {
        if (text.starts_with("./") || path::is_absolute(text)) return true;
        not_allowed(type, quoted(text));
        found.help.push_back("write a path that starts with './'");
        return false;
    }
    bool is_word(const OptionType& type, const std::string& text) {
        if (std::find(type.words.begin(), type.words.end(), text) != type.words.end()) return true;
        not_allowed(type, quoted(text));
        if (const auto near = nearest(text, type.words))
            found.help.push_back("did you mean '" + *near + "'?");
        return false;
    }
    bool items(const OptionType& type, const Value& value) {
        const auto* list = value.as<expression::List>();
        if (list == nullptr) return wrong(type, found_kind(value));
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (check(type.of[0], (*list)[i])) continue;
            found.way.insert(found.way.begin(), Value(static_cast<std::int64_t>(i)));
            return false;
        }
        return true;
    }
    bool entries(const OptionType& type, const Value& value) {
        const auto* map = value.as<expression::Map>();
        if (map == nullptr) return wrong(type, found_kind(value));
        for (const auto& [key, item] : *map) {
            if (key.kind() == Kind::string && check(type.of[0], item)) continue;
            if (key.kind() != Kind::string) wrong(type, "a key that is no string");
            found.way.insert(found.way.begin(), key);
            return false;
        }
        return true;
    }
    bool either(const OptionType& type, const Value& value) {
        Judge first;
        if (first.check(type.of[0], value)) return true;
        Judge second;
        if (second.check(type.of[1], value)) return true;
        // The alternative that got deeper was the one that was meant.
        if (first.found.way.empty() && second.found.way.empty()) return wrong(type, found_kind(value));
        found = first.found.way.size() >= second.found.way.size() ? first.found : second.found;
        return false;
    }
};

}  // namespace

std::variant<OptionType, TypeMistake> parse_option_type(std::string_view text) {
    return Parser(text).run();
}

std::string to_text(const OptionType& type) {
    std::string out(name_of(type.kind));
    std::vector<std::string> inside;
    for (const std::string& word : type.words) inside.push_back(quoted(word));
    for (const OptionType& of : type.of) inside.push_back(to_text(of));
    return inside.empty() ? out : out + "(" + join(inside, ", ") + ")";
}

expression::TypePtr static_type(const OptionType& type) {
    using expression::Type;
    switch (type.kind) {
        case OptionKind::boolean: return Type::of(Kind::boolean);
        case OptionKind::integer:
        case OptionKind::unsigned_integer:
        case OptionKind::port: return Type::of(Kind::integer);
        case OptionKind::real: return Type::of(Kind::real);
        case OptionKind::package:
            return Type::object({{"name", Type::of(Kind::string)}, {"path", Type::of(Kind::string)}});
        case OptionKind::list:
        case OptionKind::set: return Type::list(static_type(type.of[0]));
        case OptionKind::map: return Type::map(static_type(type.of[0]));
        case OptionKind::optional: return Type::optional(static_type(type.of[0]));
        case OptionKind::either:
        case OptionKind::unknown: return Type::of(Kind::dynamic);
        default: return Type::of(Kind::string);
    }
}

std::optional<Mismatch> mismatch(const OptionType& type, const expression::Value& value) {
    Judge judge;
    if (judge.check(type, value)) return std::nullopt;
    return std::move(judge.found);
}

std::optional<OptionType> united(const OptionType& a, const OptionType& b) {
    if (a == b) return a;
    if (a.kind != b.kind || a.of.size() != b.of.size()) return std::nullopt;
    OptionType out = a;
    if (a.kind == OptionKind::enumeration) {
        for (const std::string& word : b.words)
            if (std::find(out.words.begin(), out.words.end(), word) == out.words.end())
                out.words.push_back(word);
        return out;
    }
    for (std::size_t i = 0; i < a.of.size(); ++i) {
        auto inner = united(a.of[i], b.of[i]);
        if (!inner) return std::nullopt;
        out.of[i] = std::move(*inner);
    }
    return out;
}

bool merges_items(OptionKind kind) {
    return kind == OptionKind::list || kind == OptionKind::set || kind == OptionKind::lines;
}

namespace {

template <typename Is>
bool any_of(const OptionType& type, const Is& is) {
    return is(type.kind) ||
           std::any_of(type.of.begin(), type.of.end(), [&](const OptionType& of) { return any_of(of, is); });
}

}  // namespace

bool has_order(const OptionType& type) {
    return any_of(type, [](OptionKind kind) { return merges_items(kind) || kind == OptionKind::unknown; });
}
bool has_words(const OptionType& type) {
    return any_of(type, [](OptionKind kind) { return kind == OptionKind::enumeration; });
}
bool has_set(const OptionType& type) {
    return any_of(type, [](OptionKind kind) { return kind == OptionKind::set; });
}

// Strings have no bounds: whether a length counts bytes or characters is said better by a check.
bool can_have_bounds(const OptionType& type) {
    switch (type.kind) {
        case OptionKind::integer:
        case OptionKind::unsigned_integer:
        case OptionKind::real:
        case OptionKind::port:
        case OptionKind::list:
        case OptionKind::set:
        case OptionKind::map: return true;
        case OptionKind::optional: return can_have_bounds(type.of[0]);
        default: return false;
    }
}

bool can_match(const OptionType& type) {
    switch (type.kind) {
        case OptionKind::string:
        case OptionKind::line:
        case OptionKind::nonempty:
        case OptionKind::lines:
        case OptionKind::path: return true;
        case OptionKind::list:
        case OptionKind::set:
        case OptionKind::optional: return can_match(type.of[0]);
        default: return false;
    }
}

}  // namespace contract::evaluation
