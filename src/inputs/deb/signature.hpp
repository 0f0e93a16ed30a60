// SPDX-License-Identifier: Apache-2.0
//
// Signatures of release files, judged by gpgv. Only the text that gpgv hands out is ever read: what stands
// before, after or around it in the file that was downloaded is nobody's word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive_place.hpp"
#include "contract/base/result.hpp"

namespace contract::inputs::deb {

struct Signed {
    std::string text;
    std::vector<std::string> keys;  // fingerprints of primary keys, "4CB5 0190 …", sorted, unique
};

// `inline_signed` is an InRelease file. Errors: release-unsigned with gpgv's reasons, program-missing without
// gpgv, system for a keyring that cannot be read.
Result<Signed> verify_inline(std::string_view inline_signed, const std::vector<Keyring>& keyrings,
                             const std::string& temporary);

// A Release file and its Release.gpg.
Result<Signed> verify_detached(std::string_view text, std::string_view signature,
                               const std::vector<Keyring>& keyrings, const std::string& temporary);

// The binary form of an OpenPGP keyring, which gpgv needs: armored blocks are decoded, anything else is
// returned as it is. Error release-unsigned: the armor cannot be decoded.
Result<std::string> binary_keyring(std::string_view bytes);

}  // namespace contract::inputs::deb
