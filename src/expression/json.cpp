// SPDX-License-Identifier: Apache-2.0
//
// Values as one line of JSON. What JSON has no word for is tagged or, where a program will read the text, a
// plain string; what has no plain form is refused.
#include "contract/base/text.hpp"
#include "limits.hpp"
#include "number_text.hpp"
#include "serial.hpp"
#include "time.hpp"

namespace contract::expression {

std::string base64(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view part = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= part.size() ? letters[bits >> (18U - 6U * i) & 63U] : '=';
    }
    return out;
}

namespace {

// JSON of a string as a terminal may show it: what could move the cursor, end the line or turn the direction
// of the text is written as an escape, which means the same.
std::string visible(std::string_view text) {
    const std::string json = quoted(text);
    if (harmless(json) == json) return json;
    std::string out;
    for (std::size_t at = 0; at < json.size();) {
        const CodePoint point = code_point_at(json, at);
        const std::string_view letter = std::string_view(json).substr(at, point.length);
        if (harmless(letter) == letter) {
            out += letter;
        } else {  // all of these are in the first plane
            constexpr std::string_view digits = "0123456789abcdef";
            out += "\\u";
            for (const unsigned shift : {12U, 8U, 4U, 0U})
                out += digits[static_cast<std::size_t>(point.value) >> shift & 15U];
        }
        at += point.length;
    }
    return out;
}

class JsonWriter {
public:
    JsonWriter(JsonForm form, std::size_t limit) : form_(form), limit_(limit) {}

    std::variant<std::string, Problem> run(const Value& value) {
        if (!write(value)) return std::move(*problem_);
        return std::move(out_);
    }

private:
    bool refuse(std::string message, std::string code = "value") {
        problem_ = Problem{std::move(code), std::move(message), 0, 0, {}};
        return false;
    }
    bool put(std::string_view text) {
        if (out_.size() + text.size() > limit_) return refuse("the text gets too long", "limit");
        out_ += text;
        return true;
    }
    // The tagged object, or the text alone.
    bool tagged(std::string_view tag, const std::string& json) {
        if (form_ == JsonForm::plain) return put(json);
        return put("{\"$") && put(tag) && put("\": ") && put(json) && put("}");
    }

    bool write(const Value& value) {
        switch (value.kind()) {
            case Kind::unsigned_integer: return tagged("uint", std::to_string(*value.as<std::uint64_t>()));
            case Kind::real: return real(*value.as<double>());
            case Kind::duration: return tagged("duration", quoted(text_of(*value.as<Duration>())));
            case Kind::timestamp: return tagged("timestamp", quoted(text_of(*value.as<Timestamp>())));
            case Kind::bytes: return tagged("bytes", quoted(base64(value.as<Bytes>()->data)));
            case Kind::version: return tagged("version", quoted(value.as<Version>()->text));
            case Kind::type:
                if (form_ == JsonForm::plain) return refuse("JSON has nothing for a type");
                return tagged("type", quoted(type_name(*value.as<Kind>())));
            case Kind::string: {
                const std::string& text = *value.as<std::string>();
                return put(form_ == JsonForm::plain ? quoted(text) : visible(text));
            }
            case Kind::list: return list(*value.as<List>());
            case Kind::map: return map(*value.as<Map>());
            case Kind::object: return object(*value.as<Object>());
            default: return put(to_literal(value));  // null, true and 1 are JSON
        }
    }

    bool real(double number) {
        const auto word = special_word(number);
        if (word.empty()) return put(json_text(number));
        if (form_ == JsonForm::plain) return refuse("JSON has no number " + std::string(word));
        return tagged("double", quoted(word));
    }

    bool list(const List& items) {
        if (!put("[")) return false;
        for (std::size_t i = 0; i < items.size(); ++i)
            if ((i > 0 && !put(", ")) || !write(items[i])) return false;
        return put("]");
    }

    bool object(const Object& object) {
        auto whole = object.whole();
        if (auto* problem = std::get_if<Problem>(&whole)) {
            problem_ = std::move(*problem);
            return false;
        }
        return write(std::get<Value>(whole));
    }

    bool map(const Map& map) {
        bool plain_keys = true, tags = false;
        for (const auto& entry : map) {
            const auto* key = entry.first.as<std::string>();
            plain_keys = plain_keys && key != nullptr;
            tags = tags || (key != nullptr && key->starts_with('$'));
        }
        if (form_ == JsonForm::plain && !plain_keys) return refuse("JSON has only strings as keys");
        const bool as_pairs = form_ == JsonForm::tagged && (tags || !plain_keys);
        if (!put(as_pairs ? "{\"$map\": [" : "{")) return false;
        bool first = true;
        for (const auto& [key, value] : map) {
            if (!first && !put(", ")) return false;
            first = false;
            if (!put(as_pairs ? "[" : "") || !write(key) || !put(as_pairs ? ", " : ": ") || !write(value) ||
                !put(as_pairs ? "]" : ""))
                return false;
        }
        return put(as_pairs ? "]}" : "}");
    }

    JsonForm form_;
    std::size_t limit_;
    std::string out_;
    std::optional<Problem> problem_;
};

}  // namespace

std::variant<std::string, Problem> to_json(const Value& value, JsonForm form) {
    return JsonWriter(form, form == JsonForm::plain ? longest_string : heaviest_value * 8).run(value);
}

}  // namespace contract::expression
