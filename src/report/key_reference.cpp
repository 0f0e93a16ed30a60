// SPDX-License-Identifier: Apache-2.0
//
// The keys of contract.toml(5): a heading for each shape, a paragraph for each key.
#include "contract/base/text.hpp"
#include "contract/core/keys.hpp"
#include "contract/report/manual.hpp"
#include "roff.hpp"

namespace contract::report {

namespace {

using core::Form;
using core::Key;
using core::KeyKind;
using core::Shape;

std::string listed(const Key& key) {
    std::vector<std::string> words;
    for (const auto word : key.words) words.emplace_back(word);
    return join(words, ", ");
}

std::string plural(std::string_view word) {
    std::string out(word);
    if (out.ends_with("y")) return out.substr(0, out.size() - 1) + "ies";
    return out + "s";
}

// What the value is, in a few words.
std::string value_words(const Key& key) {
    const std::string of(core::words_of(key.form));
    switch (key.kind) {
        case KeyKind::string: return of;
        case KeyKind::strings: return "list of " + plural(of);
        case KeyKind::word: return "one of " + listed(key);
        case KeyKind::flag: return "boolean";
        case KeyKind::integer:
            return key.least == key.most
                       ? std::to_string(key.least)
                       : "integer from " + std::to_string(key.least) + " to " + std::to_string(key.most);
        case KeyKind::number: return "number";
        case KeyKind::command: return "script or list of arguments";
        case KeyKind::table:
        case KeyKind::values: return "table";
        case KeyKind::tables: return "list of tables";
        case KeyKind::source: return of + ", or table";
        case KeyKind::members: return "table of tables";
        case KeyKind::pairs: {
            const std::string name(core::words_of(key.key_form));
            return "table, " + (key.key_form == Form::name ? "NAME" : name) + " = " + of;
        }
        case KeyKind::value: return "anything";
    }
    return "";
}

std::string paragraph(const Key& key) {
    std::string out = ".TP\n.BR " + roff(key.name) + " \" (" + roff(value_words(key));
    if (key.required) out += "; required";
    out += ")\"\n" + roff_with_words(key.meaning);
    if (!key.standard.empty()) out += " Default: \\fB" + roff(key.standard) + "\\fR.";
    return out + "\n";
}

// Before the first key that stands only beside certain others.
std::string beside_line(std::string_view beside) {
    if (beside.empty()) return "";
    const auto keys = split(beside, ' ');
    const std::vector<std::string> most(keys.begin(), keys.end() - 1);
    const std::string names = most.empty() ? keys[0] : join(most, ", ") + " or " + keys.back();
    return ".PP\nWith \\fB" + roff(names) + "\\fR:\n";
}

std::string section_of(const Shape& shape) {
    std::string out = ".SS " + roff(shape.heading) + "\n" + roff_with_words(shape.meaning) + "\n";
    std::string_view beside;
    for (const Key& key : shape.keys) {
        if (key.beside != beside) out += beside_line(key.beside);
        beside = key.beside;
        out += paragraph(key);
    }
    if (shape.extends != nullptr) {
        std::vector<std::string> names;
        for (const Key& key : shape.extends->keys) names.emplace_back(key.name);
        out += ".PP\n" + std::string(shape.keys.empty() ? "Its keys are those" : "Besides, the keys") +
               " of every target: \\fB" + roff(join(names, ", ")) + "\\fR.\n";
    }
    return out;
}

// What a host's table says as a module does is told once.
bool is_of_manifest(const Shape& shape) {
    for (const auto& known : core::manifest_shapes())
        if (known.name == shape.name) return true;
    return false;
}

}  // namespace

std::string key_reference() {
    std::string out = ".SH KEYS OF CONTRACT.TOML\n";
    for (const auto& shape : core::manifest_shapes()) out += section_of(shape);
    out += ".SH KEYS OF MODULE FILES\n";
    for (const auto& shape : core::module_shapes())
        if (!is_of_manifest(shape)) out += section_of(shape);
    return out;
}

}  // namespace contract::report
