// SPDX-License-Identifier: Apache-2.0
#include "contract/git/submodules.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"

namespace contract::git {

namespace {

Error bad(const std::string& message) {
    return Error{"bad-submodule", message, Blame::declaration, {}, {}, {}};
}

Error bad_line(std::size_t line) {
    return bad("line " + std::to_string(line) + " of .gitmodules is no configuration of git");
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// `[submodule "name"]`: the section's name is none for any other section.
struct Header {
    std::optional<std::string> name;
    std::string_view rest;  // behind the bracket: git allows a key on the same line
};

std::optional<Header> parse_header(std::string_view line) {
    const auto quote = line.find('"');
    const auto end = line.find(']');
    if (quote == std::string_view::npos || (end != std::string_view::npos && end < quote)) {
        if (end == std::string_view::npos) return std::nullopt;
        return Header{{}, line.substr(end + 1)};
    }
    std::string name;
    std::size_t i = quote + 1;
    for (; i < line.size() && line[i] != '"'; ++i) {
        if (line[i] == '\\' && ++i == line.size()) return std::nullopt;
        name += line[i];
    }
    if (i + 1 >= line.size() || line[i + 1] != ']') return std::nullopt;
    Header out{{}, line.substr(i + 2)};
    if (lower(trim(line.substr(1, quote - 1))) == "submodule") out.name = std::move(name);
    return out;
}

// A value with quotes, escapes and a comment behind it. None for a broken escape, an open quote, and a line
// that goes on: no path and no URL needs that.
std::optional<std::string> parse_value(std::string_view text) {
    std::string out, blanks;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (!quoted && (c == '#' || c == ';')) break;
        if (!quoted && is_blank(c)) {
            if (!out.empty()) blanks += c;
            continue;
        }
        if (c == '"') {
            quoted = !quoted;
            continue;
        }
        out += std::exchange(blanks, {});
        if (c != '\\') {
            out += c;
            continue;
        }
        const std::string_view known = "\"\\nt", meant = "\"\\\n\t";
        const auto at = ++i < text.size() ? known.find(text[i]) : std::string_view::npos;
        if (at == std::string_view::npos) return std::nullopt;
        out += meant[at];
    }
    if (quoted) return std::nullopt;
    return out;
}

class Parser {
public:
    Result<std::vector<Submodule>> parse(std::string_view text) {
        for (const auto& raw : split(text, '\n')) {
            ++number_;
            TRY(line(trim(raw)));
        }
        return checked();
    }

private:
    Result<> line(std::string_view text) {
        if (text.empty() || text.front() == '#' || text.front() == ';') return {};
        if (text.front() == '[') {
            const auto header = parse_header(text);
            if (!header) return bad_line(number_);
            open_ = header->name.has_value();
            in_section_ = true;
            if (open_) enter(*header->name);
            return line(trim(header->rest));
        }
        if (!in_section_) return bad_line(number_);
        const auto equals = text.find('=');
        const auto key = lower(trim(text.substr(0, equals)));
        if (!open_ || (key != "path" && key != "url")) return {};
        const auto value =
            equals == std::string_view::npos ? std::nullopt : parse_value(text.substr(equals + 1));
        if (!value) return bad_line(number_);
        (key == "path" ? found_[here_].path : found_[here_].url) = *value;
        return {};
    }

    // Two sections of one name are one, as git has it.
    void enter(const std::string& name) {
        const auto known =
            std::find_if(found_.begin(), found_.end(), [&](const auto& other) { return other.name == name; });
        here_ = static_cast<std::size_t>(known - found_.begin());
        if (known == found_.end()) found_.push_back(Submodule{name, {}, {}});
    }

    Result<std::vector<Submodule>> checked() {
        std::set<std::string> paths;
        for (auto& module : found_) {
            const std::string subject = "the submodule '" + harmless(module.name) + "' of .gitmodules ";
            if (module.path.empty()) return bad(subject + "has no path");
            if (module.url.empty()) return bad(subject + "has no url");
            const std::string path = path::normalise(module.path);
            if (path::is_absolute(path) || path == "." || path == ".." || path.starts_with("../"))
                return bad(subject + "has the path '" + harmless(module.path) +
                           "', which leads out of the repository");
            if (!paths.insert(path).second)
                return bad(subject + "has the path '" + harmless(path) + "' of another one");
            module.path = path;
        }
        return std::move(found_);
    }

    std::vector<Submodule> found_;
    std::size_t number_ = 0;
    std::size_t here_ = 0;
    bool open_ = false;        // the section is one of a submodule
    bool in_section_ = false;  // any section has begun
};

// Where the part begins that "../" may take away from.
std::size_t path_start(std::string_view parent) {
    const auto scheme = parent.find("://");
    if (scheme != std::string_view::npos && scheme < parent.find('/')) {
        const auto slash = parent.find('/', scheme + 3);
        return slash == std::string_view::npos ? parent.size() : slash + 1;
    }
    const auto colon = parent.find(':');
    if (colon != std::string_view::npos && colon < parent.find('/'))
        return colon + (parent.substr(colon + 1).starts_with('/') ? 2 : 1);
    return parent.starts_with('/') ? 1 : 0;
}

}  // namespace

Result<std::vector<Submodule>> parse_submodules(std::string_view text) {
    if (text.size() > std::size_t{1} << 20) return bad("the file .gitmodules has more than a megabyte");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return Parser().parse(text);
}

Result<std::string> submodule_url(std::string_view parent, std::string_view url) {
    if (!url.starts_with("./") && !url.starts_with("../") && url != "." && url != "..")
        return std::string(url);
    while (parent.size() > 1 && parent.ends_with('/')) parent.remove_suffix(1);
    const std::size_t start = std::min(path_start(parent), parent.size());
    std::string head(parent.substr(0, start));
    auto parts = path::parts(parent.substr(start));
    for (const auto& part : split(url, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.push_back(part);
        } else if (!parts.empty()) {
            parts.pop_back();
        } else {
            return bad("the submodule address '" + harmless(url) + "' leads out of '" + harmless(parent) +
                       "'");
        }
    }
    return head + join(parts, "/");
}

}  // namespace contract::git
