// SPDX-License-Identifier: Apache-2.0
//
// Patterns use what every engine for JSON Schema has: no look-ahead. Where a form needs more than a regular
// expression can say, the pattern allows too much and the reader refuses the rest.
#include <array>
#include <utility>

#include "contract/core/keys.hpp"

namespace contract::core {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> abbreviations{
    {{"@name", "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"},
     {"@part", "([A-Za-z0-9][A-Za-z0-9_-]*|\"([^\"\\\\]|\\\\.)+\")"},
     {"@condition", "(>=|>|<=|<|==?)\\s*[0-9]+(\\.[0-9]+){0,2}"}}};

struct FormRow {
    Form form;
    std::string_view words;
    std::string_view pattern;
};

constexpr std::array forms = std::to_array<FormRow>({
    {Form::any, "string", ""},
    {Form::filled, "string", "\\S"},
    {Form::expression, "expression", "\\S"},
    {Form::interpolated, "string", ""},
    {Form::script, "script", "\\S"},
    {Form::name, "name", "^@name$"},
    {Form::path, "path", "^\\./"},
    {Form::pathspec, "git pathspec", "^[^:/]"},
    {Form::duration, "duration", "^0*[1-9][0-9]*(ms|s|m|h|d)$"},
    {Form::seconds, "duration", "^0*[1-9][0-9]*(s|m|h|d)$|^0*[1-9][0-9]{3,}ms$"},
    {Form::age, "duration", "^0s$|^0*[1-9][0-9]*(s|m|h|d)$|^0*[1-9][0-9]{3,}ms$"},
    {Form::memory, "amount of memory", "^0*[1-9][0-9]*(MiB|GiB)$"},
    {Form::version_condition, "condition", "^\\s*@condition\\s*(,\\s*@condition\\s*)*$"},
    {Form::system, "system", ""},
    {Form::input, "reference", "^inputs\\.@name$"},
    {Form::used, "reference",
     "^(inputs|packages|toolchains)\\.@name$|^inputs\\.@name\\.(packages|toolchains)\\.@name$"},
    {Form::source, "path or reference", "^\\./|^inputs\\.@name$"},
    {Form::main, "path in the output", "^[^/]+(/[^/]+)*$"},
    {Form::variable, "VARIABLE", "^[A-Za-z_][A-Za-z0-9_]{0,127}$"},
    {Form::formatter, "reference", "^formatters\\.@name$"},
    {Form::probe, "reference", "^probes\\.@name$"},
    {Form::module, "module", "^\\./|^(inputs\\.@name\\.)?modules\\.@name$"},
    {Form::option, "OPTION", "^@part(\\.@part)*$"},
    {Form::declaration, "OPTION", "^@part(\\.(@part|<[A-Za-z0-9][A-Za-z0-9_-]*>))*$"},
    {Form::host, "host", "^[A-Za-z0-9][A-Za-z0-9_-]*(\\[[0-9]{1,9}-[0-9]{1,9}\\][A-Za-z0-9_-]*)?$"},
    {Form::foreign, "reference", "^inputs\\.@name(/@name)*\\.packages\\.@name$"},
    {Form::location, "location", "^[^\\x00-\\x1f\\x7f-][^\\x00-\\x1f\\x7f]*$"},
    {Form::directory, "directory", "^\\./|^\\.\\./|^\\.\\.$|^/"},
    {Form::folder, "folder", "^/[^/]"},
    {Form::file_of_root, "PATH", "^/[^/]"},
    {Form::git_ref, "ref", "^[^\\x00-\\x20\\x7f~^:?*\\[\\\\/.-][^\\x00-\\x20\\x7f~^:?*\\[\\\\]*$"},
    {Form::revision, "commit", "^[0-9a-f]{40}$"},
    {Form::subdirectory, "folder", "^[^/]"},
    {Form::url, "URL", "^(https?://|file:///)"},
    {Form::sha256, "digest", "^[0-9a-f]{64}$"},
    {Form::package, "package", "^[a-z0-9][a-z0-9+.-]+(=[A-Za-z0-9.+~:-]+)?$"},
    {Form::archive_word, "word", "^[A-Za-z0-9.+~_][A-Za-z0-9.+~_/-]{0,127}$"},
    {Form::timestamp, "time", "^[0-9]{8}T[0-9]{6}Z$"},
    {Form::image, "image", "^[^\\x00-\\x1f\\x7f-][^\\x00-\\x1f\\x7f]*$"},
});

constexpr std::array<std::string_view, 7> variables_of_builds{
    "out", "jobs", "PATH", "HOME", "TMPDIR", "PWD", "SOURCE_DATE_EPOCH"};

constexpr std::array<std::string_view, 9> systems{"x86_64-linux",  "aarch64-linux", "riscv64-linux",
                                                  "ppc64le-linux", "s390x-linux",   "armv7l-linux",
                                                  "i686-linux",    "x86_64-darwin", "aarch64-darwin"};

const FormRow& row_of(Form form) {
    return forms.at(static_cast<std::size_t>(form));
}

constexpr bool in_order() {
    for (std::size_t i = 0; i < forms.size(); ++i)
        if (static_cast<std::size_t>(forms[i].form) != i) return false;
    return true;
}
static_assert(in_order());

}  // namespace

std::string pattern_of(Form form) {
    std::string pattern(row_of(form).pattern);
    for (const auto& [mark, meant] : abbreviations)
        for (auto at = pattern.find(mark); at != std::string::npos;
             at = pattern.find(mark, at + meant.size()))
            pattern.replace(at, mark.size(), meant);
    return pattern;
}

std::string_view words_of(Form form) {
    return row_of(form).words;
}

std::span<const std::string_view> exceptions_of(Form form) {
    if (form == Form::variable) return variables_of_builds;
    return {};
}

std::span<const std::string_view> known_systems() {
    return systems;
}

}  // namespace contract::core
