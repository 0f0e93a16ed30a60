// SPDX-License-Identifier: Apache-2.0
#include "index.hpp"

#include <algorithm>
#include <array>

#include "../archive/stream.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "control.hpp"
#include "fetch.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::uint64_t most_text_bytes = std::uint64_t{1} << 30;

constexpr std::array<std::string_view, 3> endings{".xz", ".gz", ""};

// Those that decide which packages belong together.
constexpr std::array<std::string_view, 10> relations{"Package",  "Version",   "Architecture", "Multi-Arch",
                                                     "Provides", "Depends",   "Pre-Depends",  "Conflicts",
                                                     "Breaks",   "Recommends"};

void read_field(Stanza& stanza, const ControlField& field) {
    struct Known {
        std::string_view name;
        std::string_view Stanza::*member;
    };
    static constexpr std::array known{Known{"Package", &Stanza::name},
                                      Known{"Version", &Stanza::version},
                                      Known{"Architecture", &Stanza::architecture},
                                      Known{"Filename", &Stanza::filename},
                                      Known{"Size", &Stanza::size},
                                      Known{"SHA256", &Stanza::sha256},
                                      Known{"Depends", &Stanza::depends},
                                      Known{"Pre-Depends", &Stanza::pre_depends},
                                      Known{"Provides", &Stanza::provides},
                                      Known{"Priority", &Stanza::priority}};
    for (const auto& [name, member] : known)
        if (same_name(field.name, name)) stanza.*member = field.value;
    if (same_name(field.name, "Essential")) stanza.essential = field.value == "yes";
}

bool is_relation(std::string_view name) {
    return std::any_of(relations.begin(), relations.end(),
                       [&](const auto known) { return same_name(name, known); });
}

Error mismatch(const std::string& message) {
    return Error{"release-mismatch", message, Blame::environment, {}, {}, {"try another mirror"}};
}

// `known` is what the release file says of the plain form, if anything.
Result<std::string> decompress(const std::string& file, const IndexFile* known, const Context& context) {
    const auto most = known == nullptr ? most_text_bytes : std::min(known->size, most_text_bytes);
    TRY_ASSIGN(auto bytes, bytes_of_file(file));
    TRY_ASSIGN(auto stream,
               ArchiveStream::open(std::move(bytes), {Formats::raw, "Packages", most, context.interrupted}));
    std::string out;
    out.reserve(known == nullptr ? 0 : most);
    TRY_ASSIGN(const auto* entry, stream.next());
    if (entry == nullptr) return out;
    for (;;) {
        TRY_ASSIGN(const auto piece, stream.read());
        if (!piece) return out;
        if (piece->bytes.size() > most - out.size())
            return mismatch("an index of packages is larger than its release file says");
        out += piece->bytes;
    }
}

Result<std::string> read_index(const std::string& file, std::string_view ending, const IndexFile* known,
                               const Context& context) {
    if (ending.empty()) return os::read_file(file, most_text_bytes);
    if (known != nullptr && known->size == 0) return std::string();  // libarchive takes it for damaged
    auto text = decompress(file, known, context);
    if (text || (text.error().code != "bad-archive" && text.error().code != "archive-too-large")) return text;
    Error error = mismatch("an index of packages cannot be decompressed");
    error.notes = std::move(text.error().notes);
    return error;
}

std::vector<std::string> urls_of(const Release& release, const std::string& path, const IndexFile& file) {
    std::vector<std::string> out;
    const auto folder = path.substr(0, path.rfind('/') + 1);
    for (const auto& base : release.bases) {
        if (release.by_hash) out.push_back(url_below(base, folder + "by-hash/SHA256/" + file.sha256.hex()));
        out.push_back(url_below(base, path));
    }
    return out;
}

// A mirror in the middle of an update serves a new index below the old name: told as what it is.
Error index_error(Error error, const SuitePlace& place) {
    if (error.code != "hash-mismatch" && error.code != "not-found") return error;
    Error out =
        mismatch("the index of '" + harmless(place.suite) + "' is not the one that its release file signs");
    out.notes = std::move(error.notes);
    return std::move(out).with_help(
        "a mirror that is just being updated is whole again after some minutes; if it stays so, somebody "
        "changes "
        "what it serves");
}

Result<std::shared_ptr<const std::string>> fetch_packages(const Release& release, const SuitePlace& place,
                                                          const std::string& folder, const Context& context) {
    const auto plain = release.files.find(folder + "/Packages");
    const IndexFile* known = plain == release.files.end() ? nullptr : &plain->second;
    for (const auto ending : endings) {
        const auto path = folder + "/Packages" + std::string(ending);
        const auto found = release.files.find(path);
        if (found == release.files.end()) continue;
        const WantedFile wanted{place.suite + "/" + path, found->second.sha256, found->second.size};
        auto fetched = fetch_file(urls_of(release, path, found->second), wanted, context);
        if (!fetched) return index_error(std::move(fetched).error(), place);
        TRY_ASSIGN(auto text, read_index(download_path(wanted.sha256, context), ending, known, context));
        return std::make_shared<const std::string>(std::move(text));
    }
    return Error{"suite-missing",
                 "the suite '" + harmless(place.suite) + "' has no '" + harmless(folder) + "'",
                 Blame::declaration,
                 {},
                 {"components: " + harmless(join(release.components, " ")),
                  "architectures: " + harmless(join(release.architectures, " "))},
                 {"correct components of the input, or systems of the contract"}};
}

}  // namespace

Result<PackageIndex> parse_packages(std::string suite, std::shared_ptr<const std::string> text) {
    PackageIndex index;
    index.suite = std::move(suite);
    index.text = std::move(text);
    if (index.text->find('\0') != std::string::npos)
        return mismatch("an index of packages has a NUL byte in it");
    index.relations.reserve(index.text->size() / 3);
    std::string_view rest = *index.text;
    for (auto lines = take_stanza(rest); !lines.empty(); lines = take_stanza(rest)) {
        Stanza stanza;
        while (const auto field = take_field(lines)) {
            read_field(stanza, *field);
            if (is_relation(field->name)) index.relations += field->lines;
        }
        if (!index.relations.ends_with('\n')) index.relations += '\n';
        index.relations += '\n';
        if (stanza.name.empty() || stanza.version.empty())
            return mismatch("an index of packages has a stanza without a name or a version")
                .with_note("stanza: " + count(index.stanzas.size() + 1, "stanza"));
        index.stanzas.push_back(stanza);
    }
    return index;
}

Result<std::vector<PackageIndex>> fetch_indexes(const Release& release, const SuitePlace& place,
                                                const std::vector<std::string>& components,
                                                const std::string& architecture, const Context& context) {
    std::vector<PackageIndex> out;
    for (const auto& component : components) {
        std::vector<std::string> folders{component + "/binary-" + architecture};
        const auto all = component + "/binary-all";
        const auto& known = release.architectures;
        const bool lists_all = std::find(known.begin(), known.end(), "all") != known.end();
        const bool has_all = std::any_of(endings.begin(), endings.end(), [&](const auto ending) {
            return release.files.contains(all + "/Packages" + std::string(ending));
        });
        if (release.all_apart && lists_all && has_all) folders.push_back(all);
        for (const auto& folder : folders) {
            TRY_ASSIGN(auto text, fetch_packages(release, place, folder, context));
            TRY_ASSIGN(auto index, parse_packages(place.suite, std::move(text)));
            index.priority = release.priority;
            out.push_back(std::move(index));
        }
    }
    return out;
}

}  // namespace contract::inputs::deb
