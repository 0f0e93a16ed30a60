// SPDX-License-Identifier: Apache-2.0
#include "apt_sources.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "control.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::uint64_t most_bytes = 4 << 20;

std::vector<std::string> strings(std::string_view text, bool commas = false) {
    std::string blank(text);
    if (commas) std::replace(blank.begin(), blank.end(), ',', ' ');
    std::vector<std::string> out;
    for (const auto word : words(blank)) out.emplace_back(word);
    return out;
}

void add_url(AptSource& source, std::string url) {
    const bool usable =
        url.starts_with("http://") || url.starts_with("https://") || url.starts_with("file:/");
    if (!usable) return;
    while (url.ends_with('/')) url.pop_back();
    source.urls.push_back(std::move(url));
}

// Paths only: a fingerprint names a key of a keyring that is not named.
void add_keyrings(AptSource& source, const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (path::is_absolute(name)) source.keyrings.push_back(name);
}

bool is_flat(const std::string& suite) {
    return suite.ends_with('/');
}

bool is_complete(AptSource& source) {
    std::erase_if(source.suites, is_flat);
    return !source.urls.empty() && !source.suites.empty() && !source.components.empty();
}

// "arch=amd64,arm64 signed-by=/a.gpg"
void read_options(AptSource& source, std::string_view options) {
    for (const auto word : words(options)) {
        const auto equals = std::min(word.find('='), word.size() - 1);
        if (word.substr(0, equals) == "signed-by")
            add_keyrings(source, strings(word.substr(equals + 1), true));
    }
}

// A key in the file has a blank before each line and " ." for an empty one.
std::string embedded_key(std::string_view value) {
    std::string out;
    for (const auto& line : split(value, '\n')) {
        const auto text = trim(line);
        out += std::string(text == "." ? std::string_view() : text) + "\n";
    }
    return out;
}

void read_field(AptSource& source, const ControlField& field, bool& enabled, bool& binary) {
    if (same_name(field.name, "Types")) {
        const auto types = strings(field.value);
        binary = std::find(types.begin(), types.end(), "deb") != types.end();
    } else if (same_name(field.name, "URIs")) {
        for (auto& url : strings(field.value)) add_url(source, std::move(url));
    } else if (same_name(field.name, "Suites")) {
        source.suites = strings(field.value);
    } else if (same_name(field.name, "Components")) {
        source.components = strings(field.value);
    } else if (same_name(field.name, "Enabled")) {
        enabled = !same_name(field.value, "no") && !same_name(field.value, "false") && field.value != "0";
    } else if (same_name(field.name, "Signed-By")) {
        if (field.value.find("-----BEGIN") != std::string_view::npos)
            source.key = embedded_key(field.value);
        else
            add_keyrings(source, strings(field.value, true));
    }
}

}  // namespace

std::vector<AptSource> parse_list(std::string_view text) {
    std::vector<AptSource> out;
    for (const auto& whole : split(text, '\n')) {
        std::string_view line = whole;
        line = trim(line.substr(0, line.find('#')));
        if (!line.starts_with("deb ") && !line.starts_with("deb\t")) continue;
        line = trim(line.substr(4));
        AptSource source;
        if (line.starts_with('[')) {
            const auto end = line.find(']');
            if (end == std::string_view::npos) continue;
            read_options(source, line.substr(1, end - 1));
            line.remove_prefix(end + 1);
        }
        const auto parts = strings(line);
        if (parts.size() < 3) continue;
        add_url(source, parts[0]);
        source.suites = {parts[1]};
        source.components.assign(parts.begin() + 2, parts.end());
        if (is_complete(source)) out.push_back(std::move(source));
    }
    return out;
}

std::vector<AptSource> parse_sources(std::string_view text) {
    std::vector<AptSource> out;
    for (auto stanza = take_stanza(text); !stanza.empty(); stanza = take_stanza(text)) {
        AptSource source;
        bool enabled = true;
        bool binary = false;
        while (const auto field = take_field(stanza)) read_field(source, *field, enabled, binary);
        if (enabled && binary && is_complete(source)) out.push_back(std::move(source));
    }
    return out;
}

std::vector<AptSource> apt_sources(const std::string& directory) {
    std::vector<std::string> files{path::join(directory, "sources.list")};
    const auto folder = path::join(directory, "sources.list.d");
    if (const auto names = os::list_directory(folder))
        for (const auto& name : *names)
            if (name.ends_with(".list") || name.ends_with(".sources"))
                files.push_back(path::join(folder, name));
    std::vector<AptSource> out;
    for (const auto& file : files) {
        const auto text = os::read_file(file, most_bytes);
        if (!text) continue;
        for (auto& source : file.ends_with(".sources") ? parse_sources(*text) : parse_list(*text))
            out.push_back(std::move(source));
    }
    return out;
}

}  // namespace contract::inputs::deb
