// SPDX-License-Identifier: Apache-2.0
//
// One table of a file, read key by key. What nobody asked for is reported by finish(), with the nearest name
// that somebody did. A key with a mistake reads as absent. In contract.toml and module files a table has a
// shape, and to ask for a key that the shape has not, or for another kind of value, is a broken invariant.
// The text of a key that is asked for has to outlive the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/core/keys.hpp"
#include "contract/core/manifest.hpp"
#include "mistakes.hpp"

namespace contract::manifest {

class Table {
public:
    // `path` is what people call it: "packages.zlib". `map` must outlive the table.
    Table(Mistakes& mistakes, const core::Shape& shape, std::string path, const core::Map& map, Span where);
    // Of a file whose keys are nowhere but in its reader: contract.lock, config.toml.
    Table(Mistakes& mistakes, std::string path, const core::Map& map, Span where);

    // The entry, which becomes known; null when there is none.
    const core::Entry* take(std::string_view key);
    // As take, and its absence is a finding. `example` is a line that would do.
    const core::Entry* need(std::string_view key, std::string_view example);

    std::optional<core::Text> text(std::string_view key);
    std::optional<core::Text> need_text(std::string_view key, std::string_view example);
    std::optional<core::Texts> texts(std::string_view key);
    std::optional<bool> flag(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> integer(std::string_view key);  // in the bounds of its row
    // In milliseconds, not less than `least`.
    std::optional<std::int64_t> duration_ms(std::string_view key, std::int64_t least);
    std::optional<std::int64_t> memory_bytes(std::string_view key);
    std::optional<core::Text> system(std::string_view key);
    std::optional<core::Texts> systems(std::string_view key);
    // One of the words of its row.
    std::optional<core::Text> choice(std::string_view key);

    // A key that there is nowhere, with the reason: it is never suggested.
    void refuse(std::string_view key, std::string_view reason);
    // Reports every key that was not asked for.
    void finish();
    bool is_empty() const { return map_->empty(); }
    // The value of an entry: moved out where the reader of the table owns the map, else a copy. Nothing of
    // the entry but its key may be asked for afterwards.
    core::Value give(const core::Entry& entry);
    // `map` is the table's own, and values may be moved out of it.
    void own(core::Map& map) { own_ = &map; }
    // Forgets that there is anything else: used when the rest has no meaning.
    core::Map rest() const;
    void ignore_rest() { ignore_rest_ = true; }

    const std::string& path() const { return path_; }
    std::string path_of(std::string_view key) const;
    const Span& where() const { return where_; }
    Mistakes& mistakes() { return *mistakes_; }
    // Of the tables that stand at `key`.
    const core::Shape& shape_at(std::string_view key) const;

private:
    const core::Key& row(std::string_view key) const;
    const core::Key* expect(std::string_view key, std::initializer_list<core::KeyKind> kinds) const;
    const core::Entry* known(std::string_view name);
    std::optional<core::Text> text_of(std::string_view key, const core::Value& value);
    std::optional<core::Text> one_of(std::string_view key, const std::vector<std::string>& words);
    bool is_known(std::string_view key) const;
    void report_unknown(const core::Entry& entry);
    std::vector<core::Edit> renaming(const core::Entry& entry, const std::string& name) const;

    Mistakes* mistakes_;
    const core::Shape* shape_ = nullptr;
    std::string path_;
    const core::Map* map_;
    core::Map* own_ = nullptr;
    Span where_;
    std::vector<std::string_view> known_;
    bool ignore_rest_ = false;
};

// Reports that `path` should be `expected` ("a string"); the value is another kind.
core::Finding& wrong_type(Mistakes& mistakes, const std::string& path, const core::Value& value,
                          std::string_view expected);
// A value that is a string or a list of strings; `path` is for the findings.
std::optional<core::Text> as_text(Mistakes& mistakes, const std::string& path, const core::Value& value);
std::optional<core::Texts> as_texts(Mistakes& mistakes, const std::string& path, const core::Value& value);
// Whether `text` is a path that starts with ./ and stays inside the contract directory; if not, a finding.
bool check_path(Mistakes& mistakes, const std::string& path, const core::Text& text);
// "contract 0.1.0"
std::string this_program();

}  // namespace contract::manifest
