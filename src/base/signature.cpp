// SPDX-License-Identifier: Apache-2.0
#include "contract/base/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "contract/base/text.hpp"

namespace contract {

namespace {

constexpr std::string_view secret_word = "contract-secret-key-1 ";
constexpr std::size_t longest_name = 128;

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

template <std::size_t Size>
std::string base64(const std::array<std::uint8_t, Size>& bytes) {
    std::string out((Size + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a NUL behind it
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(), static_cast<int>(Size));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

// Exactly what base64() writes for that many bytes.
template <std::size_t Size>
std::optional<std::array<std::uint8_t, Size>> from_base64(std::string_view text) {
    constexpr std::size_t length = (Size + 2) / 3 * 4;
    if (text.size() != length) return std::nullopt;
    std::array<unsigned char, length / 4 * 3> raw{};
    const bool decoded = EVP_DecodeBlock(raw.data(), bytes_of(text), static_cast<int>(length)) >= 0;
    std::array<std::uint8_t, Size> out{};
    std::copy_n(raw.begin(), Size, out.begin());
    OPENSSL_cleanse(raw.data(), raw.size());
    if (!decoded || base64(out) != text) return std::nullopt;
    return out;
}

// "name:rest"; none when what stands before the colon is no name.
std::optional<std::pair<std::string_view, std::string_view>> named(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !is_key_name(text.substr(0, colon))) return std::nullopt;
    return std::pair(text.substr(0, colon), text.substr(colon + 1));
}

Error bad_key(std::string message) {
    return {"bad-key", std::move(message), Blame::environment, {}, {}, {}};
}

}  // namespace

bool is_key_name(std::string_view text) {
    const auto is_letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= longest_name && is_letter_or_digit(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

Result<PublicKey> PublicKey::parse(std::string_view text) {
    PublicKey key;
    const auto parts = named(text);
    const auto bytes = parts ? from_base64<32>(parts->second) : std::nullopt;
    if (!bytes)
        return bad_key("'" + harmless(text.substr(0, 200)) +
                       "' is no public key of the form NAME:BASE64 with 44 characters of base64");
    key.name_ = parts->first;
    key.bytes_ = *bytes;
    return key;
}

std::string PublicKey::text() const {
    return name_ + ":" + base64(bytes_);
}

Result<Signature> Signature::parse(std::string_view text) {
    const auto parts = named(text);
    const auto bytes = parts ? from_base64<64>(parts->second) : std::nullopt;
    if (!bytes)
        return Error{"bad-signature",
                     "'" + harmless(text.substr(0, 200)) + "' is no signature of the form NAME:BASE64",
                     Blame::environment,
                     {},
                     {},
                     {}};
    return Signature{std::string(parts->first), *bytes};
}

std::string Signature::text() const {
    return key + ":" + base64(bytes);
}

SecretKey::~SecretKey() {
    OPENSSL_cleanse(seed_.data(), seed_.size());
}

void SecretKey::derive_public() {
    const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed_.data(), seed_.size()));
    std::size_t size = public_.bytes_.size();
    if (!key || EVP_PKEY_get_raw_public_key(key.get(), public_.bytes_.data(), &size) != 1)
        throw InternalError("Ed25519 is not available in libcrypto");
}

Result<SecretKey> SecretKey::generate(std::string_view name) {
    if (!is_key_name(name))
        return bad_key("'" + harmless(name.substr(0, 200)) +
                       "' is no name of a key: letters, digits, '.', '_' and '-', at most 128");
    SecretKey key;
    key.public_.name_ = name;
    if (RAND_priv_bytes(key.seed_.data(), static_cast<int>(key.seed_.size())) != 1)
        throw InternalError("libcrypto has no random bytes");
    key.derive_public();
    return key;
}

Result<SecretKey> SecretKey::parse(std::string_view text) {
    const bool worded = text.starts_with(secret_word) && text.ends_with('\n');
    if (worded) {
        text.remove_prefix(secret_word.size());
        text.remove_suffix(1);
    }
    const auto parts = worded ? named(text) : std::nullopt;
    auto seed = parts ? from_base64<32>(parts->second) : std::nullopt;
    if (!seed) return bad_key("it is not what `contract key new` writes");
    SecretKey key;
    key.public_.name_ = parts->first;
    key.seed_ = *seed;
    OPENSSL_cleanse(seed->data(), seed->size());
    key.derive_public();
    return key;
}

std::string SecretKey::file_text() const {
    return std::string(secret_word) + public_.name_ + ":" + base64(seed_) + "\n";
}

Signature SecretKey::sign(std::string_view text) const {
    const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed_.data(), seed_.size()));
    const Context context(EVP_MD_CTX_new());
    Signature out{public_.name_, {}};
    std::size_t size = out.bytes.size();
    if (!key || !context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), out.bytes.data(), &size, bytes_of(text), text.size()) != 1 ||
        size != out.bytes.size())
        throw InternalError("libcrypto could not sign");
    return out;
}

bool verify(const PublicKey& key, std::string_view text, const Signature& signature) {
    const Key raw(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes_.data(), key.bytes_.size()));
    const Context context(EVP_MD_CTX_new());
    return raw && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, raw.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.bytes.data(), signature.bytes.size(), bytes_of(text),
                            text.size()) == 1;
}

}  // namespace contract
