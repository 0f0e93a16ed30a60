// SPDX-License-Identifier: Apache-2.0
#include "table.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "forms.hpp"
#include "lexemes.hpp"

namespace contract::manifest {

namespace {

constexpr std::size_t usual_keys = 16;  // that a reader asks for

}  // namespace

std::string this_program() {
    return "contract " CONTRACT_VERSION;
}

core::Finding& wrong_type(Mistakes& mistakes, const std::string& path, const core::Value& value,
                          std::string_view expected) {
    auto& finding = mistakes.add(
        "wrong-type", "'" + path + "' is " + std::string(kind_of(value)) + ", not " + std::string(expected),
        value.where, "expected " + std::string(expected));
    const bool plain = value.integer() != nullptr || value.boolean() != nullptr;
    if (plain && expected.starts_with("a string")) {
        const auto literal = mistakes.index().text().substr(value.where.begin_byte,
                                                            value.where.end_byte - value.where.begin_byte);
        finding.help.emplace_back("put it in quotes");
        finding.fix =
            core::Fix{core::Applicability::safe,
                      {mistakes.edit(value.where.begin_byte, value.where.end_byte, quoted(literal))}};
    } else if (value.list() != nullptr && value.list()->size() == 1 && expected == "a string") {
        finding.help.emplace_back("write it without the brackets");
    } else if (value.string() != nullptr && expected == "a list of strings") {
        finding.help.emplace_back("put it in brackets");
        finding.fix = core::Fix{core::Applicability::safe,
                                {mistakes.edit(value.where.begin_byte, value.where.begin_byte, "["),
                                 mistakes.edit(value.where.end_byte, value.where.end_byte, "]")}};
    }
    return finding;
}

std::optional<core::Text> as_text(Mistakes& mistakes, const std::string& path, const core::Value& value) {
    if (const auto* string = value.string()) return core::Text{*string, value.where};
    wrong_type(mistakes, path, value, "a string");
    return std::nullopt;
}

std::optional<core::Texts> as_texts(Mistakes& mistakes, const std::string& path, const core::Value& value) {
    const auto* list = value.list();
    if (list == nullptr) {
        wrong_type(mistakes, path, value, "a list of strings");
        return std::nullopt;
    }
    core::Texts texts;
    bool good = true;
    for (const auto& element : *list) {
        auto text = as_text(mistakes, path + "[" + std::to_string(texts.size()) + "]", element);
        good = good && text.has_value();
        texts.push_back(std::move(text).value_or(core::Text{}));
    }
    if (!good) return std::nullopt;
    return texts;
}

bool check_path(Mistakes& mistakes, const std::string& path, const core::Text& text) {
    const std::string& value = text.value;
    if (value.find_first_of(std::string_view("\0\n\r", 3)) != std::string::npos || value.empty()) {
        mistakes.add("bad-value", "'" + path + "' is no path", text.where,
                     value.empty() ? "empty" : "has a line end or NUL");
        return false;
    }
    const auto normal = path::normalise(value);
    if (path::is_absolute(value) || normal == ".." || normal.starts_with("../")) {
        auto& finding = mistakes.add("path-outside", "'" + path + "' leads out of the contract directory",
                                     text.where, "outside of the contract directory");
        finding.help.emplace_back(
            "declare what is outside as an input: [inputs.NAME] with path = \"…\" or git = \"…\"");
        return false;
    }
    if (value.starts_with("./")) return true;
    auto& finding = mistakes.add("bad-value", "'" + path + "' is a path that does not start with './'",
                                 text.where, "write './" + (value == "." ? "" : value) + "'");
    const auto begin = span_in_string(mistakes.index().text(), text.where, 0, 0).begin_byte;
    finding.fix =
        core::Fix{core::Applicability::safe, {mistakes.edit(begin, begin + (value == "." ? 1 : 0), "./")}};
    return false;
}

Table::Table(Mistakes& mistakes, const core::Shape& shape, std::string path, const core::Map& map, Span where)
    : Table(mistakes, std::move(path), map, std::move(where)) {
    shape_ = &shape;
}

Table::Table(Mistakes& mistakes, std::string path, const core::Map& map, Span where)
    : mistakes_(&mistakes), path_(std::move(path)), map_(&map), where_(std::move(where)) {}

std::string Table::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const core::Key& Table::row(std::string_view key) const {
    const auto* row = shape_ == nullptr ? nullptr : core::find_key(*shape_, key);
    if (row != nullptr) return *row;
    throw InternalError("manifest: '" + path_of(key) + "' has no row in the table of keys");
}

const core::Key* Table::expect(std::string_view key, std::initializer_list<core::KeyKind> kinds) const {
    if (shape_ == nullptr) return nullptr;
    const core::Key& expected = row(key);
    if (std::find(kinds.begin(), kinds.end(), expected.kind) != kinds.end()) return &expected;
    throw InternalError("manifest: '" + path_of(key) + "' is of another kind in the table of keys");
}

const core::Shape& Table::shape_at(std::string_view key) const {
    return core::shape_named(row(key).shape);
}

bool Table::is_known(std::string_view key) const {
    return std::find(known_.begin(), known_.end(), key) != known_.end();
}

const core::Entry* Table::take(std::string_view key) {
    return known(shape_ == nullptr ? key : row(key).name);
}

// `name` is of a row, whose text is there for as long as the process, or it came from the caller.
const core::Entry* Table::known(std::string_view name) {
    if (known_.empty()) known_.reserve(usual_keys);
    if (!is_known(name)) known_.push_back(name);
    const auto found = std::find_if(map_->begin(), map_->end(),
                                    [&](const core::Entry& entry) { return entry.key.value == name; });
    return found == map_->end() ? nullptr : &*found;
}

const core::Entry* Table::need(std::string_view key, std::string_view example) {
    if (shape_ != nullptr && !row(key).required)
        throw InternalError("manifest: '" + path_of(key) + "' is not required in the table of keys");
    const auto* entry = take(key);
    if (entry != nullptr) return entry;
    auto& finding = mistakes_->add("missing-key", "'" + path_ + "' has no '" + std::string(key) + "'", where_,
                                   "'" + std::string(key) + "' is missing");
    finding.help.push_back("add a line: " + std::string(example));
    return nullptr;
}

std::optional<core::Text> Table::text(std::string_view key) {
    const auto* row = expect(key, {core::KeyKind::string, core::KeyKind::word});
    const auto* entry = known(row == nullptr ? key : row->name);
    return entry == nullptr ? std::nullopt : text_of(key, entry->value);
}

// The path is made only for a finding: large contracts have tens of thousands of texts.
std::optional<core::Text> Table::text_of(std::string_view key, const core::Value& value) {
    if (const auto* string = value.string()) return core::Text{*string, value.where};
    return as_text(*mistakes_, path_of(key), value);
}

std::optional<core::Text> Table::need_text(std::string_view key, std::string_view example) {
    const auto* entry = need(key, example);
    return entry == nullptr ? std::nullopt : text_of(key, entry->value);
}

std::optional<core::Texts> Table::texts(std::string_view key) {
    expect(key, {core::KeyKind::strings});
    const auto* entry = take(key);
    return entry == nullptr ? std::nullopt : as_texts(*mistakes_, path_of(key), entry->value);
}

std::optional<bool> Table::flag(std::string_view key) {
    const auto* row = expect(key, {core::KeyKind::flag});
    const auto* entry = known(row == nullptr ? key : row->name);
    if (entry == nullptr) return std::nullopt;
    if (const auto* value = entry->value.boolean()) return *value;
    wrong_type(*mistakes_, path_of(key), entry->value, "a boolean").help.emplace_back("write true or false");
    return std::nullopt;
}

std::optional<std::int64_t> Table::integer(std::string_view key) {
    return integer(key, row(key).least, row(key).most);
}

std::optional<std::int64_t> Table::integer(std::string_view key, std::int64_t least, std::int64_t most) {
    expect(key, {core::KeyKind::integer});
    const auto* entry = take(key);
    if (entry == nullptr) return std::nullopt;
    const auto* value = entry->value.integer();
    if (value == nullptr) {
        wrong_type(*mistakes_, path_of(key), entry->value, "an integer");
        return std::nullopt;
    }
    if (*value >= least && *value <= most) return *value;
    mistakes_->add("bad-value", "'" + path_of(key) + "' is " + std::to_string(*value), entry->value.where,
                   "from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

std::optional<std::int64_t> Table::duration_ms(std::string_view key, std::int64_t least) {
    const auto* entry = take(key);
    if (entry == nullptr) return std::nullopt;
    if (entry->value.string() == nullptr) {
        wrong_type(*mistakes_, path_of(key), entry->value, "a duration")
            .help.emplace_back("write it in quotes and with its unit: \"30s\", \"5m\", \"1h\"");
        return std::nullopt;
    }
    const auto value = text(key);
    const auto duration = manifest::duration_ms(value->value);
    if (duration && *duration >= least) return duration;
    auto& finding = mistakes_->add("bad-value",
                                   "'" + path_of(key) + "' is '" + value->value + "'" +
                                       (duration ? ", less than a second" : ", which is no duration"),
                                   value->where, duration ? "at least 1s" : "not a duration");
    finding.help.emplace_back(
        "write a whole number and ms, s, m, h or d: \"500ms\", \"2s\", \"5m\", \"1h\", \"7d\"");
    return std::nullopt;
}

std::optional<std::int64_t> Table::memory_bytes(std::string_view key) {
    const auto* entry = take(key);
    if (entry == nullptr) return std::nullopt;
    if (entry->value.string() == nullptr) {
        wrong_type(*mistakes_, path_of(key), entry->value, "an amount of memory")
            .help.emplace_back("write it in quotes and with its unit: \"512MiB\", \"4GiB\"");
        return std::nullopt;
    }
    const auto value = text(key);
    const auto bytes = manifest::memory_bytes(value->value);
    if (!bytes)
        mistakes_
            ->add("bad-value",
                  "'" + path_of(key) + "' is '" + value->value + "', which is no amount of memory",
                  value->where, "not an amount of memory")
            .help.emplace_back("write a whole number and MiB or GiB: \"512MiB\", \"4GiB\"");
    return bytes;
}

std::optional<core::Texts> Table::systems(std::string_view key) {
    auto values = texts(key);
    if (!values) return std::nullopt;
    const auto& known = known_systems();
    bool good = true;
    for (const auto& system : *values) {
        if (std::find(known.begin(), known.end(), system.value) != known.end()) continue;
        good = false;
        auto& finding =
            mistakes_->add("bad-value", "'" + system.value + "' in '" + path_of(key) + "' is no system",
                           system.where, "not a system");
        if (const auto near = nearest(system.value, known))
            finding.help.push_back("did you mean '" + *near + "'?");
        else
            finding.help.push_back("systems are: " + join(known, ", "));
    }
    if (!good) return std::nullopt;
    return values;
}

std::optional<core::Text> Table::choice(std::string_view key) {
    expect(key, {core::KeyKind::word});
    const auto words = row(key).words;
    return one_of(key, {words.begin(), words.end()});
}

std::optional<core::Text> Table::system(std::string_view key) {
    return one_of(key, known_systems());
}

std::optional<core::Text> Table::one_of(std::string_view key, const std::vector<std::string>& words) {
    auto value = text(key);
    if (!value || std::find(words.begin(), words.end(), value->value) != words.end()) return value;
    auto& finding = mistakes_->add("bad-value", "'" + path_of(key) + "' is '" + value->value + "'",
                                   value->where, "one of: " + join(words, ", "));
    if (const auto near = nearest(value->value, words))
        finding.help.push_back("did you mean '" + *near + "'?");
    return std::nullopt;
}

void Table::refuse(std::string_view key, std::string_view reason) {
    const auto entry = std::find_if(map_->begin(), map_->end(),
                                    [&](const core::Entry& other) { return other.key.value == key; });
    if (entry == map_->end()) return;
    known_.push_back(key);
    mistakes_->add("unknown-key", "there is no key '" + path_of(key) + "'", entry->key.where, "not a key")
        .help.emplace_back(reason);
}

core::Value Table::give(const core::Entry& entry) {
    if (own_ == nullptr) return entry.value;
    return std::move((*own_)[static_cast<std::size_t>(&entry - own_->data())].value);
}

core::Map Table::rest() const {
    core::Map rest;
    for (const auto& entry : *map_)
        if (!is_known(entry.key.value)) rest.push_back(entry);
    return rest;
}

void Table::finish() {
    if (ignore_rest_) return;
    for (const auto& entry : *map_)
        if (!is_known(entry.key.value)) report_unknown(entry);
}

void Table::report_unknown(const core::Entry& entry) {
    std::vector<std::string> free;  // known names that the table does not use
    for (const auto& name : known_)
        if (std::none_of(map_->begin(), map_->end(),
                         [&](const auto& other) { return other.key.value == name; }))
            free.emplace_back(name);
    auto& finding =
        mistakes_->add("unknown-key", "unknown key '" + path_of(entry.key.value) + "'", entry.key.where,
                       "not a key of " + (path_.empty() ? "the manifest" : "'" + path_ + "'"));
    if (const auto near = nearest(entry.key.value, free)) {
        finding.help.push_back("did you mean '" + *near + "'?");
        auto edits = renaming(entry, *near);
        if (!edits.empty()) finding.fix = core::Fix{core::Applicability::safe, std::move(edits)};
    } else if (!free.empty()) {
        finding.help.push_back("it can have: " + join(free, ", "));
    }
}

namespace {

// Every table header below `value`, so that a renamed table is renamed everywhere.
void collect_headers(std::string_view text, const core::Value& value, std::vector<std::size_t>& headers) {
    const auto begin = value.where.begin_byte;
    const bool in_brackets = begin < text.size() && text[begin] == '[';
    if (const auto* map = value.map()) {
        if (in_brackets) headers.push_back(begin);
        for (const auto& entry : *map) collect_headers(text, entry.value, headers);
    } else if (const auto* list = value.list(); list != nullptr && in_brackets) {
        for (const auto& element : *list) collect_headers(text, element, headers);
    }
}

}  // namespace

std::vector<core::Edit> Table::renaming(const core::Entry& entry, const std::string& name) const {
    const auto text = mistakes_->index().text();
    const auto& key = entry.key.where;
    std::vector<std::size_t> headers;
    collect_headers(text, entry.value, headers);
    if (headers.empty()) {
        // A table made by dotted keys may have more of them, on lines that its value does not tell.
        if (entry.value.map() != nullptr && entry.value.where == key) return {};
        return {mistakes_->edit(key.begin_byte, key.end_byte, name)};
    }
    std::sort(headers.begin(), headers.end());
    headers.erase(std::unique(headers.begin(), headers.end()), headers.end());
    std::size_t behind = 0;
    const auto depth = path_.empty() ? 0 : key_at(path_, 0, behind).size();
    std::vector<core::Edit> edits;
    for (const auto begin : headers) {
        std::size_t end = 0;
        const auto segments = key_at(text, begin + (text.substr(begin, 2) == "[[" ? 2 : 1), end);
        if (segments.size() <= depth || segments[depth].name != entry.key.value) return {};
        edits.push_back(mistakes_->edit(segments[depth].extent.begin, segments[depth].extent.end, name));
    }
    return edits;
}

}  // namespace contract::manifest
