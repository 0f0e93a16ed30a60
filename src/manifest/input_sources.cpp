// SPDX-License-Identifier: Apache-2.0
#include "input_sources.hpp"

#include <algorithm>
#include <cctype>

#include "contract/base/digest.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::manifest {

namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";

bool consists_of(std::string_view text, std::initializer_list<std::string_view> alphabets) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return std::any_of(alphabets.begin(), alphabets.end(),
                           [&](std::string_view set) { return set.find(c) != std::string_view::npos; });
    });
}

bool is_http(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

// "gcc", "libstdc++-12-dev", "make=4.3-4.1".
bool is_package(std::string_view text) {
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    if (name.size() < 2 || !consists_of(name.substr(0, 1), {lower, digits})) return false;
    if (!consists_of(name, {lower, digits, "+-."})) return false;
    if (equals == std::string_view::npos) return true;
    const auto version = text.substr(equals + 1);
    return !version.empty() && consists_of(version, {lower, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", digits, ".+~:-"});
}

// Part of a URL below an archive: "bookworm", "stable/updates".
bool is_archive_word(std::string_view text) {
    return !text.empty() && text.size() <= 128 && text.find("..") == std::string_view::npos &&
           text.front() != '/' && text.back() != '/' && text.front() != '-' &&
           consists_of(text, {lower, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", digits, ".+~_/-"});
}

// "20260601T000000Z"
bool is_timestamp(std::string_view text) {
    return text.size() == 16 && text[8] == 'T' && text[15] == 'Z' &&
           consists_of(text.substr(0, 8), {digits}) && consists_of(text.substr(9, 6), {digits});
}

void check_each(Table& table, std::string_view key, const core::Texts& texts, bool (*good)(std::string_view),
                const std::string& label) {
    for (const auto& text : texts)
        if (!good(text.value))
            table.mistakes().add(
                "bad-value", "'" + harmless(text.value) + "' in '" + table.path_of(key) + "' cannot be used",
                text.where, label);
}

core::Texts need_texts(Table& table, std::string_view key, std::string_view example) {
    const auto* entry = table.need(key, example);
    if (entry == nullptr) return {};
    auto texts = table.texts(key).value_or(core::Texts{});
    if (const auto* list = entry->value.list(); list != nullptr && list->empty())
        table.mistakes().add("bad-value", "'" + table.path_of(key) + "' is empty", entry->value.where,
                             "empty");
    return texts;
}

std::vector<std::pair<core::Text, core::Text>> read_links(Table& table) {
    std::vector<std::pair<core::Text, core::Text>> links;
    const auto* entry = table.take("links");
    if (entry == nullptr) return links;
    const auto* map = entry->value.map();
    if (map == nullptr) {
        wrong_type(table.mistakes(), table.path_of("links"), entry->value, "a table")
            .help.emplace_back("write: links = { \"/usr/bin/awk\" = \"mawk\" }");
        return links;
    }
    for (const auto& [name, value] : *map) {
        auto target = as_text(table.mistakes(), table.path_of("links") + "." + quoted(name.value), value);
        const bool plain = path::is_absolute(name.value) && path::normalise(name.value) == name.value &&
                           name.value != "/" && name.value.find('\0') == std::string::npos;
        if (!plain)
            table.mistakes().add("bad-value", "'" + harmless(name.value) + "' is no place for a link",
                                 name.where, "an absolute path below '/', without '..'");
        if (!target) continue;
        if (target->value.empty() || target->value.find('\0') != std::string::npos)
            table.mistakes().add("bad-value", "'" + name.value + "' would point to nothing", value.where,
                                 "empty");
        links.emplace_back(name, std::move(*target));
    }
    return links;
}

void read_archive(Table& table, core::DebSource& deb) {
    deb.archive = table.text("archive");
    deb.mirrors = table.texts("mirror").value_or(core::Texts{});
    if (deb.archive && !is_name(deb.archive->value))
        table.mistakes().add("bad-value",
                             "'" + table.path_of("archive") + "' is '" + deb.archive->value + "'",
                             deb.archive->where, "not a name");
    for (const auto& mirror : deb.mirrors)
        if (!is_http(mirror.value) && !mirror.value.starts_with("file:///"))
            table.mistakes().add("bad-value", "'" + harmless(mirror.value) + "' is no place of an archive",
                                 mirror.where, "starts with neither 'https://', 'http://' nor 'file:///'");
    if (deb.archive || !deb.mirrors.empty()) return;
    table.mistakes()
        .add("missing-key", "'" + table.path() + "' does not say where its packages are", table.where(),
             "neither 'archive' nor 'mirror'")
        .help.emplace_back("add a line: archive = \"debian\"");
}

}  // namespace

bool check_location(Table& table, std::string_view key, const core::Text& text) {
    const auto& value = text.value;
    const bool control = std::any_of(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (!value.empty() && value.front() != '-' && !control) return true;
    table.mistakes().add(
        "bad-value", "'" + table.path_of(key) + "' is '" + value + "'", text.where,
        value.empty() ? "empty" : (control ? "has a control character" : "starts with '-', as options do"));
    return false;
}

core::UrlSource read_url(Table& table, core::Text url) {
    core::UrlSource source;
    if (check_location(table, "url", url) && !is_http(url.value) && !url.value.starts_with("file:///"))
        table.mistakes().add("bad-value", "'" + table.path_of("url") + "' is '" + harmless(url.value) + "'",
                             url.where, "starts with neither 'https://', 'http://' nor 'file:///'");
    source.url = std::move(url);
    source.sha256 = table.text("sha256");
    source.unpack = table.flag("unpack").value_or(true);
    source.executable = table.flag("executable").value_or(false);
    if (source.sha256 && (!Digest::parse(source.sha256->value) || source.sha256->value.size() != 64))
        table.mistakes()
            .add("bad-value", "'" + table.path_of("sha256") + "' is no SHA-256", source.sha256->where,
                 "not 64 hex digits in lower case")
            .help.emplace_back("write what sha256sum prints, or leave the key out: the lock has it always");
    if (source.executable && source.unpack)
        table.mistakes()
            .add("bad-value", "'" + table.path() + "' is unpacked, so nothing of it is made executable",
                 table.take("executable")->key.where, "only for a file that is not unpacked")
            .help.emplace_back("add unpack = false, or remove 'executable': archives say it of each file");
    return source;
}

core::DebSource read_deb(Table& table) {
    core::DebSource deb;
    deb.packages = need_texts(table, "deb", "deb = [\"gcc\", \"make\"]");
    check_each(table, "deb", deb.packages, is_package, "no name of a Debian package, or NAME=VERSION");
    read_archive(table, deb);
    deb.suites = need_texts(table, "suites", "suites = [\"bookworm\"]");
    check_each(table, "suites", deb.suites, is_archive_word, "no name of a suite");
    deb.components = table.texts("components").value_or(core::Texts{});
    check_each(table, "components", deb.components, is_archive_word, "no name of a component");
    deb.snapshot = table.text("snapshot");
    if (deb.snapshot && !is_timestamp(deb.snapshot->value))
        table.mistakes().add("bad-value", "'" + table.path_of("snapshot") + "' is no time",
                             deb.snapshot->where, "write it as \"20260601T000000Z\"");
    deb.keys = table.text("keys");
    if (deb.keys) check_path(table.mistakes(), table.path_of("keys"), *deb.keys);
    deb.essential = table.flag("essential").value_or(true);
    deb.recommends = table.flag("recommends").value_or(false);
    deb.configure = table.flag("configure").value_or(false);
    deb.links = read_links(table);
    return deb;
}

core::OciSource read_oci(Table& table, core::Text reference) {
    check_location(table, "oci", reference);
    return {std::move(reference)};
}

std::optional<std::int64_t> read_age(Table& table) {
    // No duration is 0, but this one says that an input is exempt from the contract's.
    if (const auto* entry = table.take("min_age"); entry != nullptr && entry->value.string() != nullptr)
        if (*entry->value.string() == "0s") return 0;
    const auto age = table.duration_ms("min_age", 1000);
    return age ? std::optional(*age / 1000) : std::nullopt;
}

void need_systems(Table& table, const core::ContractHeader& header, const core::Input& input) {
    const bool root = std::holds_alternative<core::DebSource>(input.source) ||
                      std::holds_alternative<core::OciSource>(input.source);
    if (!root || !header.systems.empty()) return;
    table.mistakes()
        .add("missing-key", "'" + table.path() + "' is locked for each system, and the contract names none",
             table.where(), "for which systems?")
        .help.emplace_back("add to [contract]: systems = [\"x86_64-linux\"]");
}

}  // namespace contract::manifest
