// SPDX-License-Identifier: Apache-2.0
#include "contract/base/digest.hpp"

#include <catch2/catch.hpp>

using contract::Digest;

TEST_CASE("digest: the empty text and a known one have their published SHA-256") {
    CHECK(Digest::of("").text() == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(Digest::of("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("digest: what is hashed in pieces equals what is hashed at once") {
    contract::Sha256 hash;
    hash.update("a");
    hash.update("");
    hash.update("bc");
    CHECK(hash.finish() == Digest::of("abc"));
}

TEST_CASE("digest: text and parse are inverse, and anything else is refused") {
    const auto digest = Digest::of("abc");
    CHECK(Digest::parse(digest.text()).value() == digest);
    CHECK(Digest::parse(digest.hex()).value() == digest);
    for (const std::string bad : {"", "sha256:", "sha1:00", "sha256:zz", "SHA256:00"})
        CHECK_FALSE(Digest::parse(bad));
    auto upper = digest.hex();
    upper[0] = 'B';
    CHECK_FALSE(Digest::parse(upper));
    CHECK_FALSE(Digest::parse(digest.hex() + "0"));
}

TEST_CASE("digest: the short name is RFC 4648 base32 of the first 160 bits") {
    // Computed with coreutils: printf abc | sha256sum | xxd -r -p | head -c 20 | base32 | tr A-Z a-z
    CHECK(Digest::of("abc").short_name() == "xj4bnp4pahh6uqkbidpf3lrceoyagynd");
}
