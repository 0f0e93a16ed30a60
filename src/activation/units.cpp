// SPDX-License-Identifier: Apache-2.0
#include "units.hpp"

#include <algorithm>
#include <charconv>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "encoding.hpp"

namespace contract::activation {

namespace {

constexpr std::chrono::seconds deadline{30};

using Units = std::map<std::string, std::string>;  // name → text

Units units_of(const core::PlannedHost& host, const BuiltOutputs& outputs) {
    Units units;
    for (const auto& unit : host.generation.units)
        for (const auto& entry : host.generation.entries)
            if (const auto* text = std::get_if<core::FileText>(&entry.content);
                text != nullptr && entry.path == unit.path)
                units[unit.name] = outputs.with_real_paths(text->bytes);
    return units;
}

// What "path is not executable" complains of is known to check_program, which knows the host's files as well.
bool is_about_a_program(std::string_view text) {
    return text.starts_with("Command ") && text.find(" is not executable: ") != std::string_view::npos;
}

// "5: Unknown key" → "line 5, 'Colour=red': Unknown key": nobody has seen the rendered file.
std::string with_line(std::string_view complaint, const std::string& unit) {
    std::size_t number = 0;
    const auto parsed = std::from_chars(complaint.data(), complaint.data() + complaint.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr == complaint.data() + complaint.size() || *parsed.ptr != ':')
        return std::string(complaint);
    const auto lines = split(unit, '\n');
    const bool known = number > 0 && number <= lines.size();
    return "line " + std::to_string(number) +
           (known ? ", '" + std::string(lines[number - 1]) + "'" : std::string()) +
           std::string(complaint.substr(static_cast<std::size_t>(parsed.ptr - complaint.data())));
}

core::Finding bad_unit(const core::PlannedHost& host, const core::GenerationUnit& unit,
                       const std::vector<std::string>& complaints) {
    auto finding = finding_for(
        host, "activation.bad-unit",
        "systemd would not accept unit '" + harmless(unit.name) + "': " + harmless(complaints.front()));
    finding.where = unit.where;
    finding.evidence.push_back(
        {"systemd-analyze", harmless(join(complaints, "\n")), {{"lines", complaints}}});
    finding.evidence.push_back({"file", harmless(unit.path), {}});
    finding.help.push_back("correct the unit's settings; systemd.directives(7) lists them all");
    return finding;
}

}  // namespace

UnitVerifier::UnitVerifier(const os::Environment& environment) {
    const auto path = environment.find("PATH");
    if (path == environment.end()) return;
    environment_["PATH"] = path->second;
    environment_["LC_ALL"] = "C.UTF-8";
    environment_["SYSTEMD_COLORS"] = "0";
    program_ = os::find_program("systemd-analyze", path->second);
}

std::string UnitVerifier::identity() const {
    if (!program_) return "none";
    const auto status = os::target_status(*program_);
    if (!status || !*status) return *program_;
    return *program_ + " " + std::to_string((*status)->size) + " " + std::to_string((*status)->mtime_ns);
}

std::map<std::string, std::vector<std::string>> complaints_in(
    std::string_view output, const std::string& directory, const std::map<std::string, std::string>& units) {
    std::map<std::string, std::vector<std::string>> complaints;
    for (const auto& line : split(output, '\n')) {
        std::string_view rest = line;
        if (rest.starts_with(directory + "/")) rest.remove_prefix(directory.size() + 1);
        const auto colon = rest.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string name(rest.substr(0, colon));
        rest.remove_prefix(colon + 1);
        if (units.count(name) == 0 || trim(rest).empty() || is_about_a_program(trim(rest))) continue;
        complaints[name].push_back(with_line(trim(rest), units.at(name)));
    }
    return complaints;
}

Result<UnitVerifier::Complaints> UnitVerifier::complaints_of(const Units& units, bool is_home,
                                                             const std::string& temporary) {
    Writer key;
    key.number(is_home ? 1 : 0);
    for (const auto& [name, text] : units) key.text(name).text(text);
    const Digest digest = Digest::of(key.bytes());
    if (const auto known = known_.find(digest); known != known_.end()) return known->second;

    TRY_ASSIGN(const auto directory, os::TemporaryDirectory::create(temporary, "units"));
    os::ProcessRequest request;
    request.command = {*program_, "verify", "--recursive-errors=yes", "--man=no"};
    if (is_home) request.command.emplace_back("--user");
    request.environment = environment_;
    request.environment["SYSTEMD_UNIT_PATH"] = directory.path() + ":";  // and then the usual places
    request.deadline = deadline;
    for (const auto& [name, text] : units) {
        if (name.find('/') != std::string::npos || name.empty())
            return Complaints{{name, {"'" + harmless(name) + "' is no name of a unit"}}};
        TRY(os::write_file(directory.path() + "/" + name, text));
        request.command.push_back(directory.path() + "/" + name);
    }
    TRY_ASSIGN(const auto result, os::run(request));
    if (result.end != os::ProcessResult::End::exited)
        return Error{"unit-check-failed",
                     result.end == os::ProcessResult::End::deadline
                         ? "systemd-analyze verify did not end within 30 s"
                         : "systemd-analyze verify was killed by signal " + std::to_string(result.status),
                     Blame::environment,
                     {},
                     {},
                     {}};
    // In a user namespace, for one, it ends so: that is no answer.
    if (result.status != 0 && trim(result.output).empty() && trim(result.errors).empty())
        return Error{
            "unit-check-failed",
            "systemd-analyze verify ended with status " + std::to_string(result.status) + " without a word",
            Blame::environment,
            {},
            {},
            {}};
    Complaints complaints = complaints_in(result.output + "\n" + result.errors, directory.path(), units);
    known_[digest] = complaints;
    return complaints;
}

Result<std::vector<core::Finding>> UnitVerifier::verify(const core::PlannedHost& host,
                                                        const BuiltOutputs& outputs,
                                                        const std::string& temporary) {
    std::vector<core::Finding> findings;
    const Units units = units_of(host, outputs);
    if (units.empty()) return findings;
    TRY_ASSIGN(const auto complaints, complaints_of(units, host.host_class == "home", temporary));
    for (const auto& unit : host.generation.units)
        if (const auto found = complaints.find(unit.name); found != complaints.end())
            findings.push_back(bad_unit(host, unit, found->second));
    return findings;
}

}  // namespace contract::activation
