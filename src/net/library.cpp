// SPDX-License-Identifier: Apache-2.0
#include "library.hpp"

#include <optional>

#include "contract/os/shared_library.hpp"

namespace contract::net {

namespace {

Library table;

// CURLOPT_PROTOCOLS_STR, without which a redirect could lead anywhere, is as old as this.
constexpr unsigned oldest = 0x075500;

std::optional<Error> open_library() {
    // The second has the same functions over another TLS library; on Debian it comes with git.
    os::SharedLibrary libcurl("libcurl", "libcurl4", {"libcurl.so.4", "libcurl-gnutls.so.4"});
#define CONTRACT_NET_LOAD(name) libcurl.load(#name, table.name);
    CONTRACT_NET_FUNCTIONS(CONTRACT_NET_LOAD)
#undef CONTRACT_NET_LOAD
    if (auto failure = libcurl.failure()) return failure;
    const auto* version = table.curl_version_info(CURLVERSION_NOW);
    if (version->version_num < oldest)
        return libcurl.unavailable(std::string("version ") + version->version +
                                   " was found, and this program needs 7.85 or newer");
    if (table.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return libcurl.unavailable("it does not start");
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
