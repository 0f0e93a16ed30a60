// SPDX-License-Identifier: Apache-2.0
//
// An optional whose value is kept apart: as large as a pointer, for members that are large and seldom there.
// Copying copies the value.
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace contract {

template <typename T>
class Boxed {
public:
    Boxed() = default;
    Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Boxed(std::optional<T> value) {
        if (value) value_ = std::make_unique<T>(std::move(*value));
    }
    Boxed(const Boxed& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(Boxed other) noexcept {
        value_ = std::move(other.value_);
        return *this;
    }

    explicit operator bool() const { return value_ != nullptr; }
    // Only where there is a value.
    const T& operator*() const { return *value_; }
    const T* operator->() const { return value_.get(); }
    T& operator*() { return *value_; }
    T* operator->() { return value_.get(); }

    friend bool operator==(const Boxed& a, const Boxed& b) {
        if (!a || !b) return !a && !b;
        return *a == *b;
    }

private:
    std::unique_ptr<T> value_;
};

}  // namespace contract
