// SPDX-License-Identifier: Apache-2.0
//
// Every key of contract.toml and of module files: where it stands, what it takes, and one sentence of what it
// means. The readers may ask for no other key and for no other kind of value; `contract schema` and the
// reference in contract.toml(5) are made from the same rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace contract::core {

enum class KeyKind {
    string,   // of its form
    strings,  // a list of them
    word,     // one of `words`
    flag,
    integer,  // from `least` to `most`
    number,   // an integer or a float
    command,  // a script, or an argument list
    table,    // of the shape `shape`
    tables,   // a list of such tables
    source,   // a string of its form, or a table of the shape `shape`
    members,  // a table of tables of the shape `shape`; the names are of `key_form`
    pairs,    // a table of strings; the names are of `key_form`
    values,   // a table of anything
    value,    // anything
};

// What the text of a string has to look like.
enum class Form {
    any,
    filled,  // more than blanks
    expression,
    interpolated,
    script,
    name,
    path,  // "./x"
    pathspec,
    duration,
    seconds,  // a duration of at least one
    age,      // a duration, or "0s"
    memory,   // "512MiB"
    version_condition,
    system,
    input,     // "inputs.NAME"
    used,      // what `uses` takes
    source,    // "./x" or "inputs.NAME"
    main,      // "bin/tool"
    variable,  // the name of one
    formatter,
    probe,
    module,       // "./x", "modules.NAME", "inputs.NAME.modules.NAME"
    option,       // a path of an option: "web.port"
    declaration,  // the same, perhaps with <name>
    host,         // a name, or a range
    foreign,      // "inputs.NAME.packages.NAME"
    location,     // of a repository
    directory,    // beside the contract
    folder,       // of this machine
    file_of_root,
    git_ref,
    revision,
    subdirectory,
    url,
    sha256,
    package,
    archive_word,
    timestamp,
    image,
};
std::string pattern_of(Form form);     // an ECMA-262 regular expression; empty: any text
std::string_view words_of(Form form);  // "duration"
// Text that the pattern allows and the form does not: variables that contract sets itself, and none else yet.
std::span<const std::string_view> exceptions_of(Form form);
// The systems that a contract can name: "x86_64-linux".
std::span<const std::string_view> known_systems();

struct Shape;

struct Key {
    std::string_view name;
    KeyKind kind = KeyKind::string;
    Form form = Form::any;
    Form key_form = Form::any;  // members, pairs
    bool required = false;
    std::string_view standard{};  // what counts when the key is absent, as one would write it
    std::string_view meaning{};   // sentences; `name` in backticks is a key or a word of the language
    std::span<const std::string_view> words{};
    std::string_view shape{};
    std::int64_t least = 0;  // integer; strings: how many there are at least
    std::int64_t most = 0;
    std::string_view beside{};  // only where one of these keys is: "git url"; empty: always
};

// What the rows cannot say one by one.
struct Relation {
    enum class Kind {
        one_of,    // exactly one of the keys is there
        any_of,    // at least one
        not_both,  // not all
        needs,     // where the first is, the second has to be
        forced,    // where the first is "force", the second has to be
    };
    Kind kind;
    std::string_view keys;        // "values unset"
    std::string_view among = {};  // only where this key is: "deb"
};

struct Shape {
    std::string_view name;  // "packages.NAME", "source", "set"; of whole files "contract.toml", "module file"
    std::string_view heading;  // as one would write it: "[packages.NAME]", "[[set]]"
    std::string_view meaning;  // sentences
    std::span<const Key> keys;
    const Shape* extends = nullptr;  // the shape whose keys it has too
    std::span<const Relation> relations{};
    bool open = false;  // it has keys besides, which another table knows
};

std::span<const Shape> manifest_shapes();  // the first is the whole file, the rest in the order of the manual
std::span<const Shape> module_shapes();    // the same of module files
// Of either; throws InternalError when there is none.
const Shape& shape_named(std::string_view name);
// Null when there is none; those that `shape` has from another included.
const Key* find_key(const Shape& shape, std::string_view name);
std::vector<const Key*> keys_of(const Shape& shape);

}  // namespace contract::core
