// SPDX-License-Identifier: Apache-2.0
//
// libcurl as a table of function pointers, opened when first used: linking it costs every command 32 shared
// objects and five milliseconds. Types come from libcurl's own header, so a wrong call does not compile.
// Nothing here may name a libcurl function directly.
#pragma once

#define CURL_DISABLE_TYPECHECK  // its macros name the functions themselves
#include <curl/curl.h>

#include <memory>
#include <string>

#include "contract/base/result.hpp"

namespace contract::net {

#define CONTRACT_NET_FUNCTIONS(X) \
    X(curl_easy_cleanup)          \
    X(curl_easy_getinfo)          \
    X(curl_easy_init)             \
    X(curl_easy_perform)          \
    X(curl_easy_reset)            \
    X(curl_easy_setopt)           \
    X(curl_easy_strerror)         \
    X(curl_free)                  \
    X(curl_global_init)           \
    X(curl_slist_append)          \
    X(curl_slist_free_all)        \
    X(curl_url)                   \
    X(curl_url_cleanup)           \
    X(curl_url_get)               \
    X(curl_url_set)               \
    X(curl_url_strerror)          \
    X(curl_version_info)

struct Library {
#define CONTRACT_NET_POINTER(name) decltype(&::name) name = nullptr;
    CONTRACT_NET_FUNCTIONS(CONTRACT_NET_POINTER)
#undef CONTRACT_NET_POINTER
};

// Opens and starts libcurl once in the life of the process. Error system, which names the Debian package,
// when it is not there or is older than 7.85.
Result<const Library*> library();

// The table, for code that holds an object of libcurl and so knows that it is open.
const Library& curl();

// Owns one object of libcurl, freed by `Free`.
template <typename T, auto Library::*Free>
struct Freed {
    void operator()(T* object) const { (curl().*Free)(object); }
};
template <typename T, auto Library::*Free>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

using OwnedHandle = Owned<CURL, &Library::curl_easy_cleanup>;
using OwnedUrl = Owned<CURLU, &Library::curl_url_cleanup>;
using OwnedList = Owned<curl_slist, &Library::curl_slist_free_all>;
using OwnedText = Owned<char, &Library::curl_free>;

}  // namespace contract::net
