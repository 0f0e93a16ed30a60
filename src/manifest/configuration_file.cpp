// SPDX-License-Identifier: Apache-2.0
#include "contract/manifest/configuration_file.hpp"

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "document.hpp"
#include "table.hpp"

namespace contract::manifest {

namespace {

bool is_place(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://") || url.starts_with("file:///");
}

void refuse(Mistakes& mistakes, const std::string& path, const core::Text& text, std::string label) {
    mistakes.add("bad-value", "'" + path + "' is '" + text.value + "'", text.where, std::move(label));
}

core::ArchivePlace read_place(Table& table) {
    core::ArchivePlace place;
    for (const auto& mirror : table.texts("mirror").value_or(core::Texts{})) {
        if (!is_place(mirror.value))
            refuse(table.mistakes(), table.path_of("mirror"), mirror,
                   "starts with neither 'https://', 'http://' nor 'file:///'");
        place.mirrors.push_back(mirror.value);
    }
    if (const auto snapshot = table.text("snapshot")) {
        if (!is_place(snapshot->value) || snapshot->value.find("{timestamp}") == std::string::npos)
            refuse(table.mistakes(), table.path_of("snapshot"), *snapshot,
                   "not a URL with '{timestamp}' in it");
        place.snapshot = snapshot->value;
    }
    return place;
}

// Calls read(name, table) for every table in the table `section`.
template <typename Read>
void for_each_table(Table& above, std::string_view section, Read read) {
    const auto* entry = above.take(section);
    if (entry == nullptr) return;
    auto& mistakes = above.mistakes();
    if (entry->value.map() == nullptr) {
        wrong_type(mistakes, above.path_of(section), entry->value, "a table");
        return;
    }
    for (const auto& [name, value] : *entry->value.map()) {
        const auto path = above.path_of(section) + "." + name.value;
        if (value.map() == nullptr) {
            wrong_type(mistakes, path, value, "a table");
            continue;
        }
        Table table(mistakes, path, *value.map(), value.where);
        read(name.value, table);
        table.finish();
    }
}

core::Archive read_archive(Table& table) {
    core::Archive archive;
    archive.place = read_place(table);
    if (const auto keys = table.text("keys")) {
        if (!path::is_absolute(keys->value))
            refuse(table.mistakes(), table.path_of("keys"), *keys, "not an absolute path");
        archive.keys = keys->value;
    }
    for_each_table(table, "suites",
                   [&](const std::string& name, Table& suite) { archive.suites[name] = read_place(suite); });
    return archive;
}

void read_mirrors(Table& root, core::Configuration& configuration) {
    const auto* entry = root.take("mirrors");
    if (entry == nullptr) return;
    const auto* map = entry->value.map();
    if (map == nullptr) {
        wrong_type(root.mistakes(), "mirrors", entry->value, "a table");
        return;
    }
    for (const auto& [from, value] : *map) {
        const auto to = as_text(root.mistakes(), "mirrors." + from.value, value);
        if (!to) continue;
        if (from.value.empty())
            root.mistakes().add("bad-value", "a mirror of everything at once cannot work", from.where,
                                "empty");
        // A folder and a folder, or a file and a file: else "…/a" would also take "…/ab".
        if (from.value.ends_with('/') != to->value.ends_with('/'))
            refuse(root.mistakes(), "mirrors." + from.value, *to, "both sides end in '/', or neither");
        configuration.mirrors.emplace_back(from.value, to->value);
    }
}

core::ResultKeys read_keys(Table& table) {
    core::ResultKeys keys;
    for (const auto& text : table.texts("trusted").value_or(core::Texts{})) {
        const auto key = PublicKey::parse(text.value);
        if (key)
            keys.trusted.push_back(*key);
        else
            refuse(table.mistakes(), table.path_of("trusted"), text,
                   "not NAME:BASE64, as `contract key show` prints it");
    }
    if (const auto signing = table.text("signing")) {
        if (!path::is_absolute(signing->value))
            refuse(table.mistakes(), table.path_of("signing"), *signing, "not an absolute path");
        keys.signing = signing->value;
    }
    return keys;
}

std::vector<std::string> read_caches(Table& table) {
    std::vector<std::string> places;
    for (const auto& place : table.texts("places").value_or(core::Texts{})) {
        if (!path::is_absolute(place.value) && !place.value.starts_with("ssh://"))
            refuse(table.mistakes(), table.path_of("places"), place,
                   "neither an absolute path nor an ssh:// address");
        places.push_back(place.value);
    }
    return places;
}

// Calls read(table) for the table `section`, if there is one.
template <typename Read>
void read_table(Table& above, std::string_view section, Read read) {
    const auto* entry = above.take(section);
    if (entry == nullptr) return;
    if (entry->value.map() == nullptr) {
        wrong_type(above.mistakes(), above.path_of(section), entry->value, "a table");
        return;
    }
    Table table(above.mistakes(), above.path_of(section), *entry->value.map(), entry->value.where);
    read(table);
    table.finish();
}

void become_bad_configuration(core::Finding& finding) {
    finding.stage = core::Stage::build;
    finding.code = "build.bad-configuration";
    finding.blame = Blame::environment;
    finding.fix.reset();
}

}  // namespace

ParsedConfiguration parse_configuration(const std::string& file, std::string text) {
    ParsedConfiguration out;
    const TextIndex index(file, text);
    Mistakes mistakes(index);
    if (const auto document = read_document(mistakes)) {
        Table root(mistakes, {}, *document->map(), document->where);
        for_each_table(root, "archives", [&](const std::string& name, Table& table) {
            out.configuration.archives[name] = read_archive(table);
        });
        read_mirrors(root, out.configuration);
        read_table(root, "keys", [&](Table& table) { out.keys = read_keys(table); });
        read_table(root, "caches", [&](Table& table) { out.keys.caches = read_caches(table); });
        root.finish();
    }
    out.findings = mistakes.take();
    for (auto& finding : out.findings) become_bad_configuration(finding);
    out.sources[file] = std::move(text);
    return out;
}

namespace {

std::string list_text(const std::vector<std::string>& values) {
    std::vector<std::string> out;
    for (const auto& value : values) out.push_back(quoted(value));
    return "[" + join(out, ", ") + "]";
}

std::string place_text(const core::ArchivePlace& place) {
    std::string out = "mirror = " + list_text(place.mirrors) + "\n";
    if (place.snapshot) out += "snapshot = " + quoted(*place.snapshot) + "\n";
    return out;
}

}  // namespace

std::string write_configuration(const core::Configuration& configuration) {
    std::string out;
    for (const auto& [name, archive] : configuration.archives) {
        out += "[archives." + quoted(name) + "]\n" + place_text(archive.place);
        if (archive.keys) out += "keys = " + quoted(*archive.keys) + "\n";
        for (const auto& [suite, place] : archive.suites)
            out += "\n[archives." + quoted(name) + ".suites." + quoted(suite) + "]\n" + place_text(place);
        out += "\n";
    }
    out += "[mirrors]\n";
    for (const auto& [from, to] : configuration.mirrors) out += quoted(from) + " = " + quoted(to) + "\n";
    return out;
}

}  // namespace contract::manifest
