// SPDX-License-Identifier: Apache-2.0
//
// A map as a TOML document: first the keys with plain values, then the tables, so that no key lands in the
// table before it. Lists of maps become arrays of tables; a map inside any other list is written inline. TOML
// has no null: an entry that is null, such as an optional option that nobody sets, is left out.
#include <algorithm>

#include "contract/base/text.hpp"
#include "limits.hpp"
#include "number_text.hpp"
#include "serial.hpp"
#include "time.hpp"

namespace contract::expression {

namespace {

bool is_map(const Value& value) {
    return value.kind() == Kind::map || value.kind() == Kind::object;
}

bool is_list_of_maps(const Value& value) {
    const auto* list = value.as<List>();
    return list != nullptr && !list->empty() && std::all_of(list->begin(), list->end(), is_map);
}

bool is_bare(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

std::string key_text(const std::string& key) {
    return is_bare(key) ? key : quoted(key);
}

class TomlWriter {
public:
    std::variant<std::string, Problem> run(const Map& map) {
        if (!table(map, "")) return std::move(*problem_);
        return std::move(out_);
    }

private:
    bool refuse(std::string message, std::string code = "value") {
        problem_ = Problem{std::move(code), std::move(message), 0, 0, {}};
        return false;
    }
    bool put(std::string_view text) {
        if (out_.size() + text.size() > longest_string) return refuse("the text gets too long", "limit");
        out_ += text;
        return true;
    }

    // Gives the map to `use`; an object is asked for all of it.
    template <typename Use>
    bool with_map(const Value& value, Use use) {
        if (const auto* map = value.as<Map>()) return use(*map);
        auto whole = value.as<Object>()->whole();
        if (auto* problem = std::get_if<Problem>(&whole)) {
            problem_ = std::move(*problem);
            return false;
        }
        return use(*std::get<Value>(whole).as<Map>());
    }

    bool table(const Map& map, const std::string& path) {
        for (const auto& [key, value] : map) {
            const auto* name = key.as<std::string>();
            if (name == nullptr) return refuse("TOML has only strings as keys");
            if (value.is_null() || is_map(value) || is_list_of_maps(value)) continue;
            if (!put(key_text(*name)) || !put(" = ") || !inline_value(value) || !put("\n")) return false;
        }
        for (const auto& [key, value] : map) {
            const std::string& name = *key.as<std::string>();
            const std::string inner = path + (path.empty() ? "" : ".") + key_text(name);
            if (is_map(value) && !section(value, inner, "[", "]")) return false;
            if (!is_list_of_maps(value)) continue;
            for (const Value& item : *value.as<List>())
                if (!section(item, inner, "[[", "]]")) return false;
        }
        return true;
    }

    bool section(const Value& value, const std::string& path, std::string_view open, std::string_view close) {
        return put(out_.empty() ? "" : "\n") && put(open) && put(path) && put(close) && put("\n") &&
               with_map(value, [&](const Map& map) { return table(map, path); });
    }

    bool inline_value(const Value& value) {
        switch (value.kind()) {
            case Kind::null: return refuse("TOML has no null");
            case Kind::type: return refuse("TOML has nothing for a type");
            case Kind::unsigned_integer:
                if (*value.as<std::uint64_t>() > INT64_MAX)
                    return refuse("the number does not fit in an integer of TOML");
                return put(to_text(value));
            case Kind::real: return put(real(*value.as<double>()));
            case Kind::timestamp: return put(to_text(value));
            case Kind::duration:
            case Kind::version: return put(quoted(to_text(value)));
            case Kind::bytes: return put(quoted(base64(value.as<Bytes>()->data)));
            case Kind::list: return inline_list(*value.as<List>());
            case Kind::map:
            case Kind::object: return with_map(value, [&](const Map& map) { return inline_table(map); });
            default: return put(to_literal(value));  // true, 1 and "text" are TOML
        }
    }

    static std::string real(double number) {
        const auto word = special_word(number);
        if (word.empty()) return json_text(number);
        if (word == "NaN") return "nan";
        return number > 0 ? "inf" : "-inf";
    }

    bool inline_list(const List& items) {
        if (!put("[")) return false;
        for (std::size_t i = 0; i < items.size(); ++i)
            if ((i > 0 && !put(", ")) || !inline_value(items[i])) return false;
        return put("]");
    }

    bool inline_table(const Map& map) {
        if (!put("{")) return false;
        bool first = true;
        for (const auto& [key, value] : map) {
            const auto* name = key.as<std::string>();
            if (name == nullptr) return refuse("TOML has only strings as keys");
            if (value.is_null()) continue;
            if (!put(first ? " " : ", ") || !put(key_text(*name)) || !put(" = ") || !inline_value(value))
                return false;
            first = false;
        }
        return put(first ? "}" : " }");
    }

    std::string out_;
    std::optional<Problem> problem_;
};

}  // namespace

std::variant<std::string, Problem> to_toml(const Map& map) {
    return TomlWriter().run(map);
}

}  // namespace contract::expression
