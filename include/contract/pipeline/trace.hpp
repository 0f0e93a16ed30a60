// SPDX-License-Identifier: Apache-2.0
//
// Which inputs produced an artifact: where in the store a file lies, under whatever name, and how that came
// to be. Only reads.
#pragma once

#include <string>

#include "contract/base/result.hpp"
#include "contract/core/origin.hpp"
#include "contract/store/store.hpp"

namespace contract::pipeline {

// `subject`: a file; the digest of a file, tree, action or recipe; or a store path, as builds see it or on
// this machine. A file below a store path is looked for by its content like any other. Nothing found is no
// error. Errors: usage, when it is none of these; store-damaged; system.
Result<core::Traced> trace(const store::Store& store, const std::string& subject);

// The store path that `text` is: "<32>-<name>", below /var/lib/contract/store or below the store's own home,
// through symlinks; none when it is something else or leads deeper.
std::optional<core::StorePath> store_path_of(const store::Store& store, const std::string& text);

}  // namespace contract::pipeline
