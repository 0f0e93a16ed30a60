// SPDX-License-Identifier: Apache-2.0
//
// A shared library that is opened when it is first used, for a room that keeps its functions in a table of
// pointers: linked, it would cost the start of every command. It is never closed.
#pragma once

#include <initializer_list>
#include <string>

#include "contract/base/result.hpp"

namespace contract::os {

class SharedLibrary {
public:
    // Opens the first of `files` that is there. `name` and `packages`, Debian's, are for the failure's words.
    SharedLibrary(std::string name, std::string packages, std::initializer_list<std::string> files);

    // Nothing where the library could not be opened or has no function `symbol`: failure() tells.
    template <typename Function>
    void load(const char* symbol, Function*& function) {
        function = reinterpret_cast<Function*>(find(symbol));
    }

    // Why it cannot be used, if it cannot: Error system, which says what to install.
    std::optional<Error> failure() const;
    // The same Error for another reason.
    Error unavailable(const std::string& reason) const;

private:
    void* find(const char* symbol);

    std::string name_;
    std::string packages_;
    void* handle_ = nullptr;
    std::string reason_;  // of the first thing that went wrong, else empty
};

}  // namespace contract::os
