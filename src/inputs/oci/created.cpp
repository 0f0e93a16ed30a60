// SPDX-License-Identifier: Apache-2.0
#include "created.hpp"

#include <algorithm>
#include <ctime>

namespace contract::inputs {

namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    // Exactly `length` digits whose number lies in [least, most]; otherwise everything after is refused.
    int number(std::size_t length, int least, int most) {
        int value = 0;
        for (std::size_t i = 0; i < length; ++i) {
            if (i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') return fail();
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(length);
        return value < least || value > most ? fail() : value;
    }
    char one_of(std::string_view any) {
        if (rest_.empty() || any.find(rest_.front()) == std::string_view::npos)
            return static_cast<char>(fail());
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    void skip_fraction() {
        if (!rest_.starts_with('.')) return;
        rest_.remove_prefix(1);
        const auto end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        if (end == 0) fail();
        rest_.remove_prefix(end);
    }
    bool complete() const { return !failed_ && rest_.empty(); }

private:
    int fail() {
        failed_ = true;
        return 0;
    }

    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
    Reader reader(text);
    std::tm time{};
    time.tm_year = reader.number(4, 0, 9999) - 1900;
    reader.one_of("-");
    time.tm_mon = reader.number(2, 1, 12) - 1;
    reader.one_of("-");
    time.tm_mday = reader.number(2, 1, 31);
    reader.one_of("Tt");
    time.tm_hour = reader.number(2, 0, 23);
    reader.one_of(":");
    time.tm_min = reader.number(2, 0, 59);
    reader.one_of(":");
    time.tm_sec = reader.number(2, 0, 60);
    reader.skip_fraction();
    std::int64_t offset = 0;
    if (const char sign = reader.one_of("Zz+-"); sign == '+' || sign == '-') {
        const int hours = reader.number(2, 0, 23);
        reader.one_of(":");
        offset = (hours * 60 + reader.number(2, 0, 59)) * 60 * (sign == '-' ? -1 : 1);
    }
    if (!reader.complete()) return std::nullopt;
    return static_cast<std::int64_t>(::timegm(&time)) - offset;
}

}  // namespace contract::inputs
