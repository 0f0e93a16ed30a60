// SPDX-License-Identifier: Apache-2.0
#include "units.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/process.hpp"
#include "contract/sandbox/sandbox.hpp"
#include "encoding.hpp"

namespace contract::activation {

namespace {

constexpr std::chrono::seconds deadline{30};

constexpr std::string_view inside = "/units";  // where the units lie in the sandbox

std::vector<std::string> systemd_folders() {
    return {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/systemd"};
}

Error no_answer(const std::string& what) {
    return Error{"unit-check-failed", "systemd-analyze verify " + what, Blame::environment, {}, {}, {}};
}

using Units = std::map<std::string, std::string>;  // name → text

Units units_of(const core::PlannedHost& host) {
    Units units;
    for (const auto& unit : host.generation.units)
        for (const auto& entry : host.generation.entries)
            if (const auto* text = std::get_if<core::FileText>(&entry.content);
                text != nullptr && entry.path == unit.path)
                units[unit.name] = text->bytes;
    return units;
}

// What "path is not executable" complains of is known to check_program, which knows the host's files as well.
bool is_about_a_program(std::string_view text) {
    return text.starts_with("Command ") && text.find(" is not executable: ") != std::string_view::npos;
}

// "name.service: text" or "/a/path/name.service:12: text".
bool is_about_a_unit(std::string_view line) {
    constexpr std::array kinds =
        std::to_array<std::string_view>({".service", ".target", ".socket", ".timer", ".mount", ".automount",
                                         ".path", ".slice", ".scope", ".device", ".swap", ".conf"});
    const auto head = line.substr(0, line.find(':'));
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](std::string_view kind) { return head.ends_with(kind); });
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

std::optional<Analyser> UnitVerifier::analyser_for(const core::Root& root,
                                                   const BuiltOutputs& outputs) const {
    const auto* tree = root.kind == core::RootKind::tree ? outputs.find(root.path) : nullptr;
    for (const std::string program : {"/usr/bin/systemd-analyze", "/bin/systemd-analyze"})
        if (tree != nullptr && os::exists(tree->real_path + program))
            return Analyser{root, tree->real_path, program, tree->tree.hex()};
    const auto program = os::find_program("systemd-analyze", "/usr/bin:/bin");
    if (!program) return std::nullopt;
    Analyser here{{core::RootKind::host, "systemd", systemd_folders()}, "", *program, *program};
    const auto status = os::target_status(*program);
    if (status && *status)
        here.identity += " " + std::to_string((*status)->size) + " " + std::to_string((*status)->mtime_ns);
    return here;
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

namespace {

// Sealed, since the text of the units is the branch's: with systemd of its root and nothing else.
Result<std::string> output_for(const Units& units, bool is_home, const Analyser& analyser,
                               const std::string& temporary) {
    TRY_ASSIGN(const auto directory, os::TemporaryDirectory::create(temporary, "units"));
    TRY(os::make_directories(directory.path() + "/root"));
    TRY(os::make_directories(directory.path() + "/units"));
    sandbox::Request request;
    request.root = analyser.root;
    request.root_tree = analyser.root_tree;
    request.scratch = directory.path() + "/root";
    request.mounts.push_back({directory.path() + "/units", std::string(inside), false});
    request.environment = {{"PATH", "/usr/bin:/bin"},
                           {"LC_ALL", "C.UTF-8"},
                           {"SYSTEMD_COLORS", "0"},
                           {"SYSTEMD_UNIT_PATH", std::string(inside) + ":"}};  // and then the usual places
    request.command = {analyser.program, "verify", "--recursive-errors=yes", "--man=no"};
    if (is_home) {
        request.command.emplace_back("--user");
        // A user's manager has no place of its own without them.
        request.environment["XDG_RUNTIME_DIR"] = "/run";
        request.environment["HOME"] = "/run";
    }
    for (const auto& [name, text] : units) {
        TRY(os::write_file(directory.path() + "/units/" + name, text));
        request.command.push_back(std::string(inside) + "/" + name);
    }
    // It judges texts, and nothing that it makes is kept.
    request.least_level = core::SandboxLevel::reduced;
    sandbox::RunLimits limits;
    limits.timeout = limits.silence = deadline;
    std::string output;
    auto setup = sandbox::sealed_setup(request);
    setup.mounts.insert(setup.mounts.end() - 1, sandbox::Tmpfs{"/run", 0755, 0});  // it makes /run/systemd
    TRY_ASSIGN(const auto result,
               sandbox::run(setup, limits, [&](std::string_view bytes) { output.append(bytes); }));
    if (result.end != sandbox::RunResult::End::exited)
        return no_answer(result.end == sandbox::RunResult::End::signalled
                             ? "was killed by signal " + std::to_string(result.status)
                             : "did not end within 30 s");
    // It fails for units as well, ours and those of this machine that ours need; only then it answered.
    const auto lines = split(output, '\n');
    if (result.status != 0 && std::none_of(lines.begin(), lines.end(), is_about_a_unit))
        return no_answer("failed: " + (trim(output).empty() ? "it says nothing" : harmless(trim(output))));
    return output;
}

}  // namespace

Result<UnitVerifier::Complaints> UnitVerifier::complaints_of(const Units& units, bool is_home,
                                                             const Analyser& analyser,
                                                             const std::string& temporary) {
    Writer key;
    key.number(is_home ? 1 : 0).text(analyser.identity);
    for (const auto& [name, text] : units) key.text(name).text(text);
    const Digest digest = Digest::of(key.bytes());
    if (const auto known = known_.find(digest); known != known_.end()) return known->second;

    for (const auto& [name, text] : units)
        if (name.find('/') != std::string::npos || name.empty())
            return Complaints{{name, {"'" + harmless(name) + "' is no name of a unit"}}};
    TRY_ASSIGN(const std::string output, output_for(units, is_home, analyser, temporary));
    Complaints complaints = complaints_in(output, std::string(inside), units);
    known_[digest] = complaints;
    return complaints;
}

Result<std::vector<core::Finding>> UnitVerifier::verify(const core::PlannedHost& host,
                                                        const Analyser& analyser,
                                                        const std::string& temporary) {
    std::vector<core::Finding> findings;
    const Units units = units_of(host);
    if (units.empty()) return findings;
    TRY_ASSIGN(const auto complaints, complaints_of(units, host.host_class == "home", analyser, temporary));
    for (const auto& unit : host.generation.units)
        if (const auto found = complaints.find(unit.name); found != complaints.end())
            findings.push_back(bad_unit(host, unit, found->second));
    return findings;
}

}  // namespace contract::activation
