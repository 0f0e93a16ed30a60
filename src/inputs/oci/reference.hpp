// SPDX-License-Identifier: Apache-2.0
//
// "registry.example.org/team/image:tag" as a value. A reference names its registry: nothing is taken from a
// registry that nobody wrote down. The grammar is the OCI distribution specification's; digests are SHA-256.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/base/digest.hpp"

namespace contract::inputs {

struct Reference {
    std::string registry;    // "registry.example.org:5000", "[::1]:5000"
    std::string repository;  // "team/image"
    std::string tag;         // "latest" where neither tag nor digest is written; empty beside a digest alone
    std::optional<Digest> digest;  // decides where both are there

    std::string text() const;      // as written, with the tag that is meant
    std::string base_url() const;  // "https://registry.example.org/v2/"; http on the loopback interface
    std::string manifest() const;  // what to ask the registry for: the digest, else the tag
};

// Error bad-url, without the text where it may hold a password.
Result<Reference> parse_reference(std::string_view text);

// "localhost", 127.0.0.0/8 and [::1], with or without a port.
bool is_loopback(std::string_view authority);

}  // namespace contract::inputs
