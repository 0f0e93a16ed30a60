// SPDX-License-Identifier: Apache-2.0
#include "contract/base/digest.hpp"

#include <openssl/evp.h>

#include "contract/base/text.hpp"

namespace contract {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

void require(int status) {
    if (status != 1) throw InternalError("SHA-256 is not available in libcrypto");
}

// Looking the algorithm up costs as much as hashing a kilobyte, so it is done once.
const EVP_MD* algorithm() {
    static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return sha256;
}

}  // namespace

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    if (algorithm() == nullptr) throw InternalError("SHA-256 is not available in libcrypto");
    require(EVP_DigestInit_ex(state_->context, algorithm(), nullptr));
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
    require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

Digest Sha256::finish() {
    Digest::Bytes bytes;
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(state_->context, bytes.data(), &size));
    return Digest(bytes);
}

Result<Digest> Digest::parse(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with("sha256:")) digits.remove_prefix(7);
    const Error bad{
        "bad-digest",
        "'" + harmless(text.substr(0, 80)) + "' is not a digest of the form sha256:<64 hex digits>",
        Blame::declaration,
        {},
        {},
        {}};
    if (digits.size() != 64) return bad;
    Bytes bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = hex_value(digits[2 * i]);
        const int low = hex_value(digits[2 * i + 1]);
        if (high < 0 || low < 0) return bad;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return Digest(bytes);
}

Digest Digest::of(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

std::string Digest::hex() const {
    std::string out;
    out.reserve(64);
    for (const auto byte : bytes_) {
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789abcdef"[byte & 0xF];
    }
    return out;
}

std::string Digest::text() const {
    return "sha256:" + hex();
}

std::string Digest::short_name() const {
    constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (std::size_t i = 0; i < 20; ++i) {
        bits = (bits << 8) | bytes_[i];
        for (held += 8; held >= 5; held -= 5) out += alphabet[(bits >> (held - 5)) & 31];
    }
    return out;
}

}  // namespace contract
