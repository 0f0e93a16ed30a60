// SPDX-License-Identifier: Apache-2.0
//
// The only file that compiles nlohmann-json. Its parser keeps its own stack, and so does the builder below:
// the depth of a document is a number, never a depth of calls.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "contract/base/text.hpp"
#include "contract/json/json.hpp"

namespace contract::json {

namespace {

constexpr std::size_t deepest = 256;

Error bad_json(std::string_view text, std::size_t offset, std::string_view reason) {
    const Span place = span_of({}, text, offset, offset);
    return Error{"bad-json",
                 "line " + std::to_string(place.line) + ", column " + std::to_string(place.column) +
                     " of the JSON text: " + harmless(reason),
                 Blame::environment,
                 {},
                 {},
                 {}};
}

// Keeps the last of several members with one name, at the place of the first, as most readers do.
void drop_repeated_names(Object& object) {
    std::vector<std::size_t> order(object.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return object[a].first < object[b].first; });
    std::vector<bool> repeated(object.size());
    for (std::size_t i = 0, first = 0; i < order.size(); ++i) {
        if (i == 0 || object[order[i]].first != object[order[first]].first) {
            first = i;
            continue;
        }
        object[order[first]].second = std::move(object[order[i]].second);
        repeated[order[i]] = true;
    }
    std::size_t index = 0;
    std::erase_if(object, [&](const Member&) { return repeated[index++]; });
}

// Builds the value from the parser's events. A false return ends the parser.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit Builder(std::string_view text) : text_(text) {}
    Value root;
    std::optional<Error> error;

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(std::int64_t{value}); }
    // Beyond the range of int64 a number is the nearest double.
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(INT64_MAX)) return add(static_cast<double>(value));
        return add(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Object{}); }
    bool start_array(std::size_t) override { return open(Array{}); }
    bool key(string_t& name) override {
        open_.back().name = std::move(name);
        return true;
    }
    bool end_object() override {
        drop_repeated_names(std::get<Object>(open_.back().value.data));
        return close();
    }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::json::exception& failure) override {
        std::string_view reason = failure.what();
        // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …": the place
        // is said by us, in code points.
        if (const auto colon = reason.find(": "); colon != std::string_view::npos)
            reason.remove_prefix(colon + 2);
        error = bad_json(text_, position == 0 ? 0 : position - 1, reason);
        return false;
    }

private:
    struct Open {
        Value value;
        std::string name;  // of the member whose value comes next
    };

    // Not inlined: g++ 12 would warn of uninitialised alternatives of the variant that are never read.
    [[gnu::noinline]] bool add(Value&& value) {
        if (open_.empty())
            root = std::move(value);
        else if (auto* array = std::get_if<Array>(&open_.back().value.data))
            array->push_back(std::move(value));
        else
            std::get<Object>(open_.back().value.data)
                .emplace_back(std::move(open_.back().name), std::move(value));
        return true;
    }
    bool open(Value value) {
        if (open_.size() == deepest) {
            error = Error{
                "bad-json", "the JSON text nests deeper than 256 levels", Blame::environment, {}, {}, {}};
            return false;
        }
        open_.push_back({std::move(value), {}});
        return true;
    }
    bool close() {
        Value finished = std::move(open_.back().value);
        open_.pop_back();
        return add(std::move(finished));
    }

    std::string_view text_;
    std::vector<Open> open_;
};

}  // namespace

Result<Value> read(std::string_view text) {
    Builder builder(text);
    try {
        if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::move(builder.root);
    } catch (const nlohmann::json::exception& failure) {
        return bad_json(text, 0, failure.what());
    }
    if (!builder.error) throw InternalError("json::read: the parser stopped without an error");
    return std::move(*builder.error);
}

}  // namespace contract::json
