// SPDX-License-Identifier: Apache-2.0
//
// Secret keys in files, one each, that nobody but their owner may read.
#pragma once

#include <string>

#include "contract/base/signature.hpp"

namespace contract::copy {

// Writes a new key, mode 0600. What is there already stays. Errors: bad-key (the name; there is a key
// already), system.
Result<PublicKey> create_key(const std::string& file, std::string_view name);

// Errors: bad-key (missing, another's, open to others, no key), system. No message has anything of the key.
Result<SecretKey> load_key(const std::string& file);

}  // namespace contract::copy
