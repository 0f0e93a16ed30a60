// SPDX-License-Identifier: Apache-2.0
//
// What a probe saw: a fact is known, known not to be there (the size of a file that does not exist), or
// unknown with the reason and the remedy. Only a known fact has a value; an expectation that needs one of the
// others can never hold.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "contract/core/plan.hpp"
#include "contract/expression/expression.hpp"

namespace contract::runtime {

struct Fact {
    enum class State { known, absent, unknown };
    State state = State::known;
    expression::Value value;
    std::string reason;  // absent, unknown: "permission denied"
    std::string help;    // unknown: what would make it known; may be empty

    static Fact known(expression::Value value);
    static Fact absent(std::string reason);
    static Fact unknown(std::string reason, std::string help = {});
};

struct Facts {
    std::map<std::string, Fact> facts;
    std::string source;      // the exact thing that was read: "/proc/sys/vm/nr_hugepages"
    bool can_change = true;  // false: another attempt would see the same (no trust, no program)
};

// One look at the world.
struct Observation {
    std::string kind;
    std::map<std::string, core::Parameter> parameters;
    std::set<std::string> wanted;  // the facts that the expectation reads
    std::int64_t timeout_ms = 5000;
};

// A string parameter; evaluation has checked that the required ones are there.
const std::string& text_parameter(const Observation& observation, const std::string& name);
std::int64_t integer_parameter(const Observation& observation, const std::string& name);

// Every fact that the kind promises, each unknown for the same reason.
Facts all_unknown(const Observation& observation, const std::string& reason, const std::string& help = {});

// A string fact; text that is not UTF-8 is unknown, because the language has no bytes.
Fact text_fact(std::string text);
// The lines of a text without their endings; a last empty one does not count.
Fact lines_fact(const std::string& text);

// "permission denied", with the remedy where there is one.
Fact unknown_from(int errno_value);
std::string reason_of(int errno_value);

}  // namespace contract::runtime
