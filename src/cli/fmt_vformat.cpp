// SPDX-License-Identifier: Apache-2.0
//
// The one function of fmt that is not in its headers' light half, compiled here from the other half.
// libfmt.so would bring libstdc++.so with it, a millisecond of every start, and no static library is to be
// had everywhere; header-only in every file, fmt took more than half of this room's compile time.
#define FMT_HEADER_ONLY
#include <fmt/core.h>

namespace contract::cli {

namespace {

// Makes the compiler keep it.
[[maybe_unused, gnu::used]] std::string (*const kept)(fmt::string_view, fmt::format_args) = &fmt::vformat;

}  // namespace

}  // namespace contract::cli
