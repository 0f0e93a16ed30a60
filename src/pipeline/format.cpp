// SPDX-License-Identifier: Apache-2.0
#include "contract/pipeline/format.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/pipeline/load.hpp"

namespace contract::pipeline {

namespace {

constexpr int most_rounds = 16;
constexpr std::string_view folder = "formatters.";

std::vector<std::string> all_formatters(const std::string& directory) {
    const auto loaded = load(directory);
    std::vector<std::string> names;
    for (const auto& formatter : loaded.manifest.formatters)
        names.push_back(std::string(folder) + formatter.name.value);
    for (const auto& broken : loaded.manifest.broken)
        if (broken.starts_with(folder)) names.push_back(broken);
    // What could not be read has findings, which only a check tells.
    if (!loaded.usable) names.push_back(std::string(folder));
    return names;
}

bool has_other_errors(const core::Report& report) {
    return std::any_of(report.findings.begin(), report.findings.end(), [](const core::Finding& finding) {
        return finding.severity == core::Severity::error && finding.code != "build.unformatted";
    });
}

// Whether `later` comes after `earlier` by what formatters say.
bool comes_after(const core::Plan& plan, const std::string& later, const std::string& earlier) {
    std::vector<std::string> open{later};
    std::set<std::string> seen;
    while (!open.empty()) {
        const std::string current = std::move(open.back());
        open.pop_back();
        if (!seen.insert(current).second) continue;
        for (const auto& formatter : plan.formatters) {
            if (formatter.target != current) continue;
            for (const auto& before : formatter.after) {
                if (before == earlier) return true;
                open.push_back(before);
            }
        }
    }
    return false;
}

// Of the formatters that want to change a file, the one whose turn it is.
std::map<std::string, build::FormattedFile> chosen(const Checked& checked) {
    std::map<std::string, build::FormattedFile> out;
    for (const auto& file : checked.formatted) {
        const auto [known, fresh] = out.emplace(file.path, file);
        if (!fresh && comes_after(checked.plan, known->second.formatter, file.formatter))
            known->second = file;
    }
    return out;
}

Error refused(const std::string& file, const std::string& why) {
    return {
        "format-refused", "'" + harmless(file) + "' is not written: " + why, Blame::environment, {}, {}, {}};
}

Result<> write_back(const std::string& directory, const build::FormattedFile& file,
                    const store::Store& store) {
    const std::string full = path::join(directory, file.path);
    TRY_ASSIGN(const auto real_folder, os::real_path(path::parent(full)));
    if (real_folder != path::parent(full)) return refused(file.path, "a symlink leads to it");
    TRY_ASSIGN(const auto status, os::status(full));
    if (!status || status->type != os::FileType::regular) return refused(file.path, "it is no regular file");
    TRY_ASSIGN(const auto now, os::read_file(full));
    if (Digest::of(now) != file.before)
        return refused(
            file.path,
            "it is not what the formatter saw; it changed meanwhile, or git converts its line ends");
    TRY_ASSIGN(const auto text, store.blob(file.after));
    return os::replace_file(full, text, status->mode & 0777);
}

Result<> write_round(const CheckRequest& request, FormatResult& result) {
    TRY_ASSIGN(const auto store, store::Store::open(request.home));
    TRY_ASSIGN(const auto directory, os::real_path(request.directory));
    for (const auto& [name, file] : chosen(result.checked)) {
        TRY(write_back(directory, file, store));
        result.written.emplace_back(name, file.formatter);
    }
    return {};
}

void give_up(core::Report& report) {
    for (auto& finding : report.findings)
        if (finding.code == "build.unformatted")
            finding.help = {"formatters undo each other's work, and were stopped after " +
                            std::to_string(most_rounds) + " rounds: let them agree, or select fewer files"};
}

}  // namespace

FormatResult format(CheckRequest request, Write write) {
    FormatResult result;
    request.stages = {core::Stage::evaluation, core::Stage::build};
    if (request.targets.empty()) request.targets = all_formatters(request.directory);
    result.any_formatter = !request.targets.empty();
    for (int round = 0; result.any_formatter; ++round) {
        result.checked = check(request);
        if (write == Write::nothing || result.checked.formatted.empty() ||
            !result.checked.strangers.empty() || has_other_errors(result.checked.report))
            break;
        if (round == most_rounds) {
            give_up(result.checked.report);
            break;
        }
        const auto written = write_round(request, result);
        if (written) continue;
        result.checked.report.findings = {core::finding_from(core::Stage::build, "", written.error())};
        break;
    }
    return result;
}

}  // namespace contract::pipeline
