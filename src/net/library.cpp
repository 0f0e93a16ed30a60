// SPDX-License-Identifier: Apache-2.0
#include "library.hpp"

#include <dlfcn.h>

#include <optional>

#include "contract/base/text.hpp"

namespace contract::net {

namespace {

Library table;

// CURLOPT_PROTOCOLS_STR, without which a redirect could lead anywhere, is as old as this.
constexpr unsigned oldest = 0x075500;

Error unavailable(const std::string& reason) {
    return Error{"system",
                 "cannot open the library libcurl: " + harmless(reason),
                 Blame::environment,
                 {},
                 {},
                 {"install it: apt-get install libcurl4"}};
}

std::optional<Error> open_library() {
    void* handle = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    // The same functions over another TLS library; on Debian it comes with git.
    if (handle == nullptr) handle = ::dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        const char* reason = ::dlerror();
        return unavailable(reason == nullptr ? "not found" : reason);
    }
    const char* missing = nullptr;
#define CONTRACT_NET_LOAD(name)                                                  \
    table.name = reinterpret_cast<decltype(table.name)>(::dlsym(handle, #name)); \
    if (table.name == nullptr) missing = #name;
    CONTRACT_NET_FUNCTIONS(CONTRACT_NET_LOAD)
#undef CONTRACT_NET_LOAD
    if (missing != nullptr) return unavailable(std::string("it has no function ") + missing);
    const auto* version = table.curl_version_info(CURLVERSION_NOW);
    if (version->version_num < oldest)
        return unavailable(std::string("version ") + version->version +
                           " was found, and this program needs 7.85 or newer");
    if (table.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return unavailable("it does not start");
    return std::nullopt;
}

}  // namespace

Result<const Library*> library() {
    // A failure is kept too: nothing that could change while we run would make a second attempt better.
    static const std::optional<Error> failure = open_library();
    if (failure) return *failure;
    return &table;
}

const Library& curl() {
    return table;
}

}  // namespace contract::net
