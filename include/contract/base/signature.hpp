// SPDX-License-Identifier: Apache-2.0
//
// Ed25519 signatures over text, by keys that have a name. Knows nothing of what is signed: whoever signs
// begins the text with words that no other kind of text begins with. A secret key is never printed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract {

// Letters, digits and ". _ -", at most 128, the first a letter or a digit: "ci.example.org-1".
bool is_key_name(std::string_view text);

struct Signature {
    std::string key;  // its name
    std::array<std::uint8_t, 64> bytes{};

    // "name:base64" of 64 bytes. Error: bad-signature.
    static Result<Signature> parse(std::string_view text);
    std::string text() const;
    friend bool operator==(const Signature&, const Signature&) = default;
};

class PublicKey {
public:
    // "name:base64" of 32 bytes. Error: bad-key.
    static Result<PublicKey> parse(std::string_view text);
    std::string text() const;
    const std::string& name() const { return name_; }
    friend bool operator==(const PublicKey&, const PublicKey&) = default;

private:
    friend class SecretKey;
    friend bool verify(const PublicKey&, std::string_view, const Signature&);
    std::string name_;
    std::array<std::uint8_t, 32> bytes_{};
};

class SecretKey {
public:
    // Error: bad-key, for a name that is none.
    static Result<SecretKey> generate(std::string_view name);
    // What file_text() gives. Error: bad-key, whose message has nothing of the text.
    static Result<SecretKey> parse(std::string_view text);
    SecretKey(const SecretKey&) = delete;
    SecretKey& operator=(const SecretKey&) = delete;
    SecretKey(SecretKey&&) = default;
    SecretKey& operator=(SecretKey&&) = default;
    ~SecretKey();  // overwrites it

    const PublicKey& public_key() const { return public_; }
    Signature sign(std::string_view text) const;
    std::string file_text() const;  // one line: "contract-secret-key-1 name:base64"

private:
    SecretKey() = default;
    void derive_public();

    PublicKey public_;
    std::array<std::uint8_t, 32> seed_{};
};

// Whether `key` made the signature over exactly this text. The name in the signature is not looked at.
bool verify(const PublicKey& key, std::string_view text, const Signature& signature);

}  // namespace contract
