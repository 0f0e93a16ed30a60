// SPDX-License-Identifier: Apache-2.0
//
// gpgv ends with 0 when every signature is good. A release is usually signed by several keys, and a new one
// of them is unknown to an older keyring; then gpgv fails although a key that we trust has signed the same
// bytes. That, and nothing else, is let pass: a good signature by a known key, and no failure but unknown
// keys. It is safe only because a file with more than one message is refused before: the text of an unknown
// key would stand in the output beside the signed one.
#include "signature.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "control.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::uint64_t most_keyring_bytes = 16 << 20;
constexpr std::string_view status_prefix = "[GNUPG:] ";
constexpr std::string_view no_public_key = "9";  // gpgv's reason code in ERRSIG

// What gpgv says about the signatures, by its status lines.
struct Verdict {
    std::vector<std::string> keys;     // of good ones
    std::vector<std::string> reasons;  // of the others
    bool only_unknown_keys = true;     // among the failures
};

std::string grouped(std::string_view fingerprint) {
    std::string out;
    for (std::size_t i = 0; i < fingerprint.size(); ++i) {
        if (i != 0 && i % 4 == 0) out += ' ';
        out += fingerprint[i];
    }
    return out;
}

bool is_hex(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

void add_failure(Verdict& verdict, std::string reason, bool unknown_key) {
    verdict.reasons.push_back(std::move(reason));
    if (!unknown_key) verdict.only_unknown_keys = false;
}

// A VALIDSIG stands for a signature that is cryptographically right; only the GOODSIG before it says that its
// key has not expired and was not revoked.
Verdict read_status(std::string_view status) {
    Verdict verdict;
    bool good = false;
    for (const auto& line : split(status, '\n')) {
        if (!line.starts_with(status_prefix)) continue;
        const auto parts = words(std::string_view(line).substr(status_prefix.size()));
        if (parts.empty()) continue;
        const auto key = parts.size() > 1 ? std::string(parts[1]) : std::string();
        if (parts[0] == "NEWSIG") good = false;
        if (parts[0] == "GOODSIG") good = true;
        if (parts[0] == "VALIDSIG" && good && is_hex(parts.back()))
            verdict.keys.push_back(grouped(parts.back()));
        if (parts[0] == "BADSIG")
            add_failure(verdict, "the text was changed after " + key + " signed it", false);
        if (parts[0] == "EXPSIG") add_failure(verdict, "the signature of " + key + " has expired", false);
        if (parts[0] == "EXPKEYSIG") add_failure(verdict, "the key " + key + " has expired", false);
        if (parts[0] == "REVKEYSIG") add_failure(verdict, "the key " + key + " was revoked", false);
        if (parts[0] == "ERRSIG") {
            const bool unknown = parts.size() > 6 && parts[6] == no_public_key;
            add_failure(verdict,
                        unknown ? "the key " + key + " is not in the keyring"
                                : "the signature of " + key + " cannot be checked",
                        unknown);
        }
        if (parts[0] == "NODATA") add_failure(verdict, "there is no signature", false);
    }
    std::sort(verdict.keys.begin(), verdict.keys.end());
    verdict.keys.erase(std::unique(verdict.keys.begin(), verdict.keys.end()), verdict.keys.end());
    return verdict;
}

std::size_t occurrences(std::string_view text, std::string_view word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++found;
    return found;
}

bool is_one_message(std::string_view text) {
    return text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----") &&
           occurrences(text, "-----BEGIN PGP ") == 2 && trim(text).ends_with("-----END PGP SIGNATURE-----");
}

Error unsigned_release(const std::vector<std::string>& reasons, const std::vector<Keyring>& keyrings) {
    Error error{"release-unsigned",
                "the release file has no signature that can be trusted",
                Blame::environment,
                {},
                {},
                {}};
    for (const auto& reason : reasons) error.notes.push_back("reason: " + harmless(reason));
    for (const auto& keyring : keyrings)
        error.notes.push_back("keyring: " +
                              (keyring.path.empty() ? "in a source of apt" : harmless(keyring.path)));
    return std::move(error).with_help(
        "if the archive is meant to be signed by another key, name its keyring with keys = \"./FILE\" of the "
        "input or of [archives.NAME]; otherwise somebody between you and the archive changes it");
}

Result<std::vector<std::string>> keyring_arguments(const std::vector<Keyring>& keyrings,
                                                   const std::string& folder) {
    std::vector<std::string> out;
    for (const auto& keyring : keyrings) {
        std::string bytes = keyring.armored;
        if (!keyring.path.empty()) {
            auto read = os::read_file(keyring.path, most_keyring_bytes);
            if (!read)
                return std::move(read).error().with_help(
                    "for Debian's own archive: apt-get install debian-archive-keyring");
            bytes = std::move(*read);
        }
        auto binary = binary_keyring(bytes);
        if (!binary) return std::move(binary).error().with_note("keyring: " + harmless(keyring.path));
        const auto file = path::join(folder, "keyring-" + std::to_string(out.size()) + ".gpg");
        TRY(os::write_file(file, *binary, 0600));
        out.insert(out.end(), {"--keyring", file});
    }
    return out;
}

Result<Signed> judge(const std::vector<std::string>& files, const std::vector<Keyring>& keyrings,
                     const std::string& folder) {
    os::ProcessRequest request;
    const auto output = path::join(folder, "text");
    request.command = {"gpgv", "--homedir", folder, "--status-fd", "1", "--output", output};
    TRY_ASSIGN(const auto arguments, keyring_arguments(keyrings, folder));
    request.command.insert(request.command.end(), arguments.begin(), arguments.end());
    request.command.insert(request.command.end(), files.begin(), files.end());
    request.environment = os::current_environment();
    request.environment["LC_ALL"] = "C";
    auto ended = os::run(request);
    if (!ended) {
        if (ended.error().code != "program-missing") return std::move(ended).error();
        return std::move(ended).error().with_help("install it: apt-get install gpgv");
    }
    auto verdict = read_status(ended->output);
    const bool unknown_keys_only =
        ended->end == os::ProcessResult::End::exited && !verdict.reasons.empty() && verdict.only_unknown_keys;
    if (verdict.keys.empty() || (!ended->succeeded() && !unknown_keys_only)) {
        if (verdict.reasons.empty()) verdict.reasons.emplace_back(trim(ended->errors));
        return unsigned_release(verdict.reasons, keyrings);
    }
    // gpgv writes a text for inline signatures alone.
    if (files.size() > 1) {
        TRY_ASSIGN(auto text, os::read_file(files[1]));
        return Signed{std::move(text), verdict.keys};
    }
    TRY_ASSIGN(auto text, os::read_file(output));
    return Signed{std::move(text), verdict.keys};
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

// Appends the bytes of one line; false when it is no base64.
bool decode_line(std::string_view line, std::string& out) {
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : line) {
        if (c == '=') break;
        const int value = base64_value(c);
        if (value < 0) return false;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> held & 0xff);
    }
    return true;
}

}  // namespace

Result<std::string> binary_keyring(std::string_view bytes) {
    if (bytes.find("-----BEGIN PGP PUBLIC KEY BLOCK-----") == std::string_view::npos)
        return std::string(bytes);
    enum class At { outside, headers, body } at = At::outside;
    std::string out;
    for (const auto& whole : split(bytes, '\n')) {
        const auto line = trim(whole);
        if (line.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----")) {
            at = At::headers;
        } else if (line.starts_with("-----END")) {
            at = At::outside;
        } else if (at == At::headers) {
            if (line.empty()) at = At::body;
        } else if (at == At::body && !line.starts_with('=') && !decode_line(line, out)) {
            return Error{"release-unsigned",
                         "a keyring is damaged: its text is not base64",
                         Blame::declaration,
                         {},
                         {},
                         {"export the key anew: gpg --export --armor KEY"}};
        }
    }
    return out;
}

Result<Signed> verify_inline(std::string_view inline_signed, const std::vector<Keyring>& keyrings,
                             const std::string& temporary) {
    if (!is_one_message(inline_signed))
        return unsigned_release({"it is not one signed message with nothing around it"}, keyrings);
    TRY_ASSIGN(const auto folder, os::TemporaryDirectory::create(temporary, "gpgv"));
    const auto file = path::join(folder.path(), "InRelease");
    TRY(os::write_file(file, inline_signed, 0600));
    return judge({file}, keyrings, folder.path());
}

Result<Signed> verify_detached(std::string_view text, std::string_view signature,
                               const std::vector<Keyring>& keyrings, const std::string& temporary) {
    TRY_ASSIGN(const auto folder, os::TemporaryDirectory::create(temporary, "gpgv"));
    const auto text_file = path::join(folder.path(), "Release");
    const auto signature_file = path::join(folder.path(), "Release.gpg");
    TRY(os::write_file(text_file, text, 0600));
    TRY(os::write_file(signature_file, signature, 0600));
    return judge({signature_file, text_file}, keyrings, folder.path());
}

}  // namespace contract::inputs::deb
