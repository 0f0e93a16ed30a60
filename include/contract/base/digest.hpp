// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 digests as values. The text form is "sha256:<64 lower-case hex>".
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "contract/base/result.hpp"

namespace contract {

class Digest {
public:
    using Bytes = std::array<std::uint8_t, 32>;

    Digest() = default;  // all zero: "no digest", never the digest of anything
    explicit Digest(const Bytes& bytes) : bytes_(bytes) {}

    // Accepts "sha256:" and 64 hex digits, or the 64 digits alone. Error: bad-digest.
    static Result<Digest> parse(std::string_view text);
    static Digest of(std::string_view bytes);

    const Bytes& bytes() const { return bytes_; }
    bool is_zero() const { return bytes_ == Bytes{}; }
    std::string hex() const;
    std::string text() const;  // "sha256:…"
    // The first 160 bits in lower-case RFC 4648 base32: 32 characters, as in store paths.
    std::string short_name() const;

    friend auto operator<=>(const Digest&, const Digest&) = default;

private:
    Bytes bytes_{};
};

// Hashes a stream. Not copyable; finish() ends it.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void update(std::string_view bytes);
    Digest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace contract
