// SPDX-License-Identifier: Apache-2.0
//
// An owned file descriptor. Everything this program opens is close-on-exec.
#pragma once

#include <utility>

namespace contract::os {

class Fd {
public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Fd() { reset(); }

    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    int release() { return std::exchange(number_, -1); }
    void reset();

private:
    int number_ = -1;
};

struct Pipe {
    Fd read;
    Fd write;
};

}  // namespace contract::os
