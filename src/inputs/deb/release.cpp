// SPDX-License-Identifier: Apache-2.0
#include "release.hpp"

#include <algorithm>
#include <charconv>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "control.hpp"
#include "fetch.hpp"
#include "signature.hpp"
#include "timestamp.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::uint64_t most_release_bytes = 16 << 20;
constexpr std::uint64_t most_signature_bytes = 1 << 20;

Error mismatch(const std::string& message) {
    return Error{"release-mismatch", message, Blame::environment, {}, {}, {}};
}

std::vector<std::string> strings(std::string_view text) {
    std::vector<std::string> out;
    for (const auto word : words(text)) out.emplace_back(word);
    return out;
}

// Lines of "hash size path"; a line of another form, or a path that leads elsewhere, is not ours to use.
void read_files(Release& release, std::string_view value) {
    for (const auto& line : split(value, '\n')) {
        const auto parts = words(line);
        if (parts.size() != 3) continue;
        const auto digest = Digest::parse(parts[0]);
        IndexFile file;
        const auto* end = parts[1].data() + parts[1].size();
        const auto read = std::from_chars(parts[1].data(), end, file.size);
        if (!digest || read.ec != std::errc() || read.ptr != end) continue;
        file.sha256 = *digest;
        release.files.emplace(std::string(parts[2]), file);
    }
}

struct Flags {
    bool not_automatic = false;
    bool but_automatic_upgrades = false;
};

Result<> read_field(Release& release, Flags& flags, const ControlField& field) {
    const auto text = std::string(field.value);
    if (same_name(field.name, "Origin")) release.origin = text;
    if (same_name(field.name, "Suite")) release.suite = text;
    if (same_name(field.name, "Codename")) release.codename = text;
    if (same_name(field.name, "Acquire-By-Hash")) release.by_hash = same_name(field.value, "yes");
    if (same_name(field.name, "NotAutomatic")) flags.not_automatic = same_name(field.value, "yes");
    if (same_name(field.name, "ButAutomaticUpgrades"))
        flags.but_automatic_upgrades = same_name(field.value, "yes");
    if (same_name(field.name, "Architectures")) release.architectures = strings(field.value);
    if (same_name(field.name, "No-Support-for-Architecture-all"))
        release.all_apart = !same_name(field.value, "Packages");
    if (same_name(field.name, "Components")) release.components = strings(field.value);
    if (same_name(field.name, "SHA256")) read_files(release, field.value);
    if (same_name(field.name, "Date") || same_name(field.name, "Valid-Until")) {
        const auto seconds = parse_release_date(field.value);
        if (!seconds)
            return mismatch("the release file has a " + std::string(field.name) + " that is no date: '" +
                            harmless(field.value.substr(0, 80)) + "'");
        if (same_name(field.name, "Date"))
            release.date = *seconds;
        else
            release.valid_until = *seconds;
    }
    return {};
}

Result<> check_name(const Release& release, const SuitePlace& place) {
    // "buster/updates", as old security suites are called, has the Codename "buster".
    const auto short_name = place.suite.substr(0, place.suite.find('/'));
    for (const auto& name : {place.suite, short_name})
        if (name == release.suite || name == release.codename) return {};
    return mismatch("the archive serves the release '" + harmless(release.codename) + "' where '" +
                    harmless(place.suite) + "' was asked for")
        .with_note("wanted: Suite or Codename " + harmless(place.suite))
        .with_note("got: Suite " + harmless(release.suite) + ", Codename " + harmless(release.codename))
        .with_help("correct suites, or the mirror");
}

Result<> check_age(const Release& release, const SuitePlace& place, const ReleaseWish& wish) {
    if (wish.timestamp.empty() && release.valid_until && *release.valid_until < wish.now)
        return Error{"release-expired",
                     "the release file of '" + harmless(place.suite) + "' is no longer valid",
                     Blame::environment,
                     {},
                     {"until: " + timestamp(*release.valid_until), "now: " + timestamp(wish.now)},
                     {"the mirror has stopped following its archive, or the clock of this machine is wrong: "
                      "take another mirror, or an earlier state with snapshot = \"…\""}};
    const auto asked = parse_timestamp(wish.timestamp);
    if (asked && release.date > *asked)
        return mismatch("the snapshot of '" + harmless(place.suite) + "' is younger than it was asked for")
            .with_note("wanted: not after " + wish.timestamp)
            .with_note("got: " + timestamp(release.date))
            .with_help("the snapshot place of the configuration does not serve what its address says");
    return {};
}

Result<Signed> fetch_signed(const std::string& base, const SuitePlace& place, const Context& context) {
    auto inline_signed = fetch_text(url_below(base, "InRelease"), most_release_bytes, context);
    if (inline_signed) return verify_inline(*inline_signed, place.keyrings, context.store.temporary());
    if (inline_signed.error().code != "not-found") return std::move(inline_signed).error();
    auto text = fetch_text(url_below(base, "Release"), most_release_bytes, context);
    if (!text) return std::move(text).error();
    auto signature = fetch_text(url_below(base, "Release.gpg"), most_signature_bytes, context);
    if (!signature) {
        if (signature.error().code != "not-found") return std::move(signature).error();
        return Error{"release-unsigned",
                     "the release file of '" + harmless(place.suite) + "' is not signed",
                     Blame::environment,
                     {},
                     {"reason: there is neither InRelease nor Release.gpg"},
                     {"take a mirror that serves the signatures too"}};
    }
    return verify_detached(*text, *signature, place.keyrings, context.store.temporary());
}

Result<Release> fetch_from(const std::string& base, const SuitePlace& place, const ReleaseWish& wish,
                           const Context& context) {
    TRY_ASSIGN(auto text, fetch_signed(base, place, context));
    TRY_ASSIGN(auto release, parse_release(text.text));
    release.signed_by = std::move(text.keys);
    TRY(check_name(release, place));
    TRY(check_age(release, place, wish));
    return release;
}

Error suite_missing(const SuitePlace& place, const Error& last) {
    Error error{"suite-missing",    "no mirror of the archive has the suite '" + harmless(place.suite) + "'",
                Blame::declaration, {},
                last.notes,         {"correct suites, or the mirror in " + harmless(place.told_by)}};
    return error;
}

}  // namespace

Result<Release> parse_release(std::string_view text) {
    Release release;
    Flags flags;
    auto stanza = take_stanza(text);
    while (const auto field = take_field(stanza)) TRY(read_field(release, flags, *field));
    if (release.date == 0) return mismatch("the release file has no Date");
    if (release.files.empty()) return mismatch("the release file lists no SHA-256 of any index");
    if (flags.not_automatic) release.priority = flags.but_automatic_upgrades ? 100 : 1;
    return release;
}

Result<Release> fetch_release(const SuitePlace& place, const ReleaseWish& wish, const Context& context) {
    std::vector<std::string> roots = place.mirrors;
    if (!wish.timestamp.empty()) roots = {snapshot_base(place, wish.timestamp).value_or("")};
    std::vector<std::string> bases;
    for (const auto& root : roots) bases.push_back(url_below(root, "dists/" + place.suite));
    std::optional<Error> last;
    for (const auto& base : bases) {
        auto release = fetch_from(base, place, wish, context);
        if (release) {
            release->bases = bases;
            // The indexes come from where the release came from, before anybody else.
            const auto own = std::find(release->bases.begin(), release->bases.end(), base);
            std::rotate(release->bases.begin(), own, own + 1);
            return release;
        }
        auto error = std::move(release).error();
        if (error.notes.empty() || !error.notes.back().starts_with("url: "))
            error.notes.push_back("url: " + harmless(base));
        if (error.code == "interrupted" || error.code == "offline") return error;
        last = std::move(error);
    }
    if (!last) return suite_missing(place, {});
    if (last->code == "not-found") return suite_missing(place, *last);
    return *last;
}

}  // namespace contract::inputs::deb
