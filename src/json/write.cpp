// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "contract/base/text.hpp"
#include "contract/json/json.hpp"

namespace contract::json {

namespace {

// The shortest text that reads back as the same double, always with a sign that it is no integer. JSON has
// neither infinities nor NaN: they are written as null.
void append_double(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

class Writer {
public:
    explicit Writer(Layout layout) : layout_(layout) {}
    std::string take() { return std::move(out_); }

    void operator()(std::nullptr_t) { out_ += "null"; }
    void operator()(bool value) { out_ += value ? "true" : "false"; }
    void operator()(std::int64_t value) { out_ += std::to_string(value); }
    void operator()(double value) { append_double(out_, value); }
    void operator()(const std::string& value) { out_ += quoted(value); }
    void operator()(const Array& array) {
        open('[');
        for (const auto& value : array) {
            next(&value == array.data());
            std::visit(*this, value.data);
        }
        close(array.empty(), ']');
    }
    void operator()(const Object& object) {
        open('{');
        for (const auto& member : object) {
            next(&member == object.data());
            out_ += quoted(member.first);
            out_ += layout_ == Layout::compact ? ":" : ": ";
            std::visit(*this, member.second.data);
        }
        close(object.empty(), '}');
    }

private:
    void open(char bracket) {
        out_ += bracket;
        ++depth_;
    }
    void next(bool first) {
        if (!first) out_ += ',';
        new_line();
    }
    void close(bool empty, char bracket) {
        --depth_;
        if (!empty) new_line();
        out_ += bracket;
    }
    void new_line() {
        if (layout_ == Layout::compact) return;
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }

    Layout layout_;
    std::size_t depth_ = 0;
    std::string out_;
};

}  // namespace

const Value* Value::find(std::string_view key) const {
    const auto* object = std::get_if<Object>(&data);
    if (object == nullptr) return nullptr;
    const auto found = std::find_if(object->begin(), object->end(),
                                    [&](const Member& member) { return member.first == key; });
    return found == object->end() ? nullptr : &found->second;
}

std::string write(const Value& value, Layout layout) {
    Writer writer(layout);
    std::visit(writer, value.data);
    return writer.take();
}

}  // namespace contract::json
