// SPDX-License-Identifier: Apache-2.0
//
// Failures the user can cause travel as Result<T>: a value or an Error. Library exceptions are caught in the
// room that owns the library; a broken invariant throws InternalError, which only the pipeline catches.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "contract/base/span.hpp"

namespace contract {

// Whose move it is.
enum class Blame {
    declaration,  // edit contract.toml or a file it names
    environment,  // kernel, disk, network, privilege
    internal,     // a bug in this program
};

// A leaf failure. It knows what and where, not in which stage: a stage turns it into a Finding at its border.
struct Error {
    std::string code;     // a stable word, "unknown-key"; the stage puts its name in front
    std::string message;  // lower case, no full stop, the subject in single quotes
    Blame blame = Blame::environment;
    std::optional<Span> where;
    std::vector<std::string> notes;  // facts that explain it, each "name: text"
    std::vector<std::string> help;   // what to do, each a sentence or a command

    Error&& with_note(std::string note) &&;
    Error&& with_help(std::string text) &&;
    Error&& at(Span span) &&;
    friend bool operator==(const Error&, const Error&) = default;
};

inline Error&& Error::with_note(std::string note) && {
    notes.push_back(std::move(note));
    return std::move(*this);
}
inline Error&& Error::with_help(std::string text) && {
    help.push_back(std::move(text));
    return std::move(*this);
}
inline Error&& Error::at(Span span) && {
    where = std::move(span);
    return std::move(*this);
}

// A broken invariant: never thrown for anything a user, a file or the machine did.
struct InternalError : std::logic_error {
    using std::logic_error::logic_error;
};

struct Unit {
    friend bool operator==(Unit, Unit) = default;
};

template <typename T = Unit>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    Result() requires std::is_same_v<T, Unit> : state_(std::in_place_index<0>) {}

    explicit operator bool() const { return state_.index() == 0; }
    // Each throws InternalError when the other alternative is held.
    T& value() & { return held<0>(*this); }
    const T& value() const& { return held<0>(*this); }
    T&& value() && { return std::move(held<0>(*this)); }
    Error& error() & { return held<1>(*this); }
    const Error& error() const& { return held<1>(*this); }
    Error&& error() && { return std::move(held<1>(*this)); }

    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }

private:
    template <std::size_t I, typename Self>
    static auto& held(Self& self) {
        if (self.state_.index() != I) throw InternalError("Result: the other alternative was read");
        return *std::get_if<I>(&self.state_);
    }
    std::variant<T, Error> state_;
};

#define CONTRACT_JOIN_(a, b) a##b
#define CONTRACT_JOIN(a, b) CONTRACT_JOIN_(a, b)

// TRY(expression): returns the Error of a failed expression from the surrounding function.
#define TRY(...)                                                                                \
    do {                                                                                        \
        if (auto try_result = (__VA_ARGS__); !try_result) return std::move(try_result).error(); \
    } while (false)

// TRY_ASSIGN(auto name, expression): as TRY, and otherwise takes the value.
#define TRY_ASSIGN(target, ...) TRY_ASSIGN_(CONTRACT_JOIN(try_result_, __LINE__), target, __VA_ARGS__)
#define TRY_ASSIGN_(temporary, target, ...)              \
    auto temporary = (__VA_ARGS__);                      \
    if (!temporary) return std::move(temporary).error(); \
    target = std::move(temporary).value()

}  // namespace contract
