// SPDX-License-Identifier: Apache-2.0
#include "contract/base/signature.hpp"

#include <catch2/catch.hpp>

using namespace contract;

TEST_CASE("signature: what a key signs, its public half verifies, and nothing else") {
    const auto key = SecretKey::generate("ci.example.org-1").value();
    const auto other = SecretKey::generate("ci.example.org-1").value();
    const auto signature = key.sign("text");
    CHECK(verify(key.public_key(), "text", signature));
    CHECK_FALSE(verify(key.public_key(), "texT", signature));
    CHECK_FALSE(verify(key.public_key(), "", signature));
    CHECK_FALSE(verify(other.public_key(), "text", signature));
    for (std::size_t at = 0; at < signature.bytes.size(); ++at) {
        auto changed = signature;
        changed.bytes[at] ^= 1;
        CHECK_FALSE(verify(key.public_key(), "text", changed));
    }
    CHECK(verify(key.public_key(), "", key.sign("")));
}

TEST_CASE("signature: a key of RFC 8032 signs as it says there") {
    // Section 7.1, test 2.
    const auto key =
        SecretKey::parse("contract-secret-key-1 rfc:TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=\n").value();
    CHECK(key.public_key().text() == "rfc:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=");
    CHECK(key.sign("r").text() ==
          "rfc:kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==");
}

TEST_CASE("signature: texts of keys are read back, and what is none is refused without being repeated") {
    const auto key = SecretKey::generate("me").value();
    CHECK(SecretKey::parse(key.file_text()).value().public_key() == key.public_key());
    CHECK(PublicKey::parse(key.public_key().text()).value() == key.public_key());
    CHECK(Signature::parse(key.sign("x").text()).value() == key.sign("x"));

    const std::string text = key.public_key().text();
    for (const auto& wrong : {std::string(""), std::string("me"), std::string("me:"), text.substr(3),
                              ":" + text.substr(3), text + "=", text.substr(0, text.size() - 1), " " + text,
                              text + "\n", "m/e" + text.substr(2), "../me" + text.substr(2)})
        CHECK_FALSE(PublicKey::parse(wrong));
    // Bits behind the last byte are zero: one key has one text.
    auto spare = text;
    REQUIRE(spare.ends_with("="));
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char& last = spare[spare.size() - 2];
    last = alphabet[alphabet.find(last) + 1];
    CHECK_FALSE(PublicKey::parse(spare));

    const auto secret = key.file_text();
    for (const auto& wrong :
         {secret.substr(0, secret.size() - 1), secret + "\n", secret.substr(1), std::string()}) {
        const auto parsed = SecretKey::parse(wrong);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().message.find(secret.substr(25, 20)) == std::string::npos);
    }
    CHECK_FALSE(SecretKey::generate(""));
    CHECK_FALSE(SecretKey::generate("a b"));
    CHECK_FALSE(SecretKey::generate(".hidden"));
    CHECK_FALSE(SecretKey::generate(std::string(129, 'a')));
}
