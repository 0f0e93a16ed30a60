// SPDX-License-Identifier: Apache-2.0
#include "contract/os/shared_library.hpp"

#include <dlfcn.h>

#include <utility>

#include "contract/base/text.hpp"

namespace contract::os {

SharedLibrary::SharedLibrary(std::string name, std::string packages, std::initializer_list<std::string> files)
    : name_(std::move(name)), packages_(std::move(packages)) {
    for (const std::string& file : files) {
        handle_ = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (handle_ != nullptr) {
            reason_.clear();
            return;
        }
        const char* told = ::dlerror();
        reason_ = told == nullptr ? "not found" : told;
    }
}

void* SharedLibrary::find(const char* symbol) {
    if (handle_ == nullptr) return nullptr;
    void* found = ::dlsym(handle_, symbol);
    if (found == nullptr && reason_.empty()) reason_ = std::string("it has no function ") + symbol;
    return found;
}

std::optional<Error> SharedLibrary::failure() const {
    if (reason_.empty()) return std::nullopt;
    return unavailable(reason_);
}

Error SharedLibrary::unavailable(const std::string& reason) const {
    return Error{"system",
                 "cannot open the library " + name_ + ": " + harmless(reason),
                 Blame::environment,
                 {},
                 {},
                 {"install it: apt-get install " + packages_}};
}

}  // namespace contract::os
