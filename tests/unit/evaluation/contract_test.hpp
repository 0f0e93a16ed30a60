// SPDX-License-Identifier: Apache-2.0
//
// A contract in text, evaluated: shared by the tests of this room.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "contract/evaluation/evaluate.hpp"
#include "contract/manifest/manifest_file.hpp"
#include "fake_files.hpp"

namespace contract::test {

inline const std::string header = "[contract]\nformat = 1\nname = \"demo\"\n";

struct Contract {
    std::string text;
    FakeFiles files;
    std::optional<core::Lock> lock;
    std::string system = "x86_64-linux";
    manifest::ParsedManifest parsed;

    explicit Contract(std::string body) : text(header + std::move(body)) {
        files.tracked = {{"src/main.c", "int main;"}, {"src/notes.md", "notes"}, {"motd", "hello\n"}};
    }

    // Pins whatever the manifest wants.
    void pin_all() {
        const auto read = manifest::parse_manifest("contract.toml", text);
        lock.emplace();
        for (const auto& input : read.manifest.inputs) {
            const auto want = core::want_of(input);
            if (!want) continue;
            core::LockedInput locked;
            locked.name = input.name.value;
            locked.want = *want;
            locked.pin.rev = "51b7f2abdade71cd9bb0e7a373ef2610ec6f9daf";
            locked.pin.date = "2024-01-22T18:55:38Z";
            locked.pin.tree = Digest::of("tree of " + locked.name);
            locked.where.file = "contract.lock";
            lock->inputs.push_back(locked);
        }
    }

    evaluation::Evaluated run() {
        parsed = manifest::parse_manifest("contract.toml", text);
        return evaluation::evaluate({parsed.manifest, lock, system, files});
    }

    // "code line:column-end" of each finding of evaluation, in order, one per line.
    std::string findings() {
        std::string out;
        for (const auto& finding : run().result.findings) out += show(finding) + "\n";
        return out;
    }
    // The text of contract.toml that a finding points at.
    std::string pointed(const core::Finding& finding) const {
        if (!finding.where || finding.where->file != "contract.toml") return "";
        return text.substr(finding.where->begin_byte, finding.where->end_byte - finding.where->begin_byte);
    }
    std::string show(const core::Finding& finding) const {
        return finding.code + (finding.severity == core::Severity::warning ? " (warning) " : " ") +
               pointed(finding);
    }
};

inline const core::TargetOutcome& outcome(const evaluation::Evaluated& evaluated, const std::string& target) {
    for (const auto& entry : evaluated.result.targets)
        if (entry.target == target) return entry;
    FAIL("no target " << target);
    throw InternalError("unreachable");
}

template <typename List>
const typename List::value_type& planned(const List& list, const std::string& target) {
    for (const auto& entry : list)
        if (entry.target == target) return entry;
    FAIL("not planned: " << target);
    throw InternalError("unreachable");
}

}  // namespace contract::test
