// SPDX-License-Identifier: Apache-2.0
//
// A host with modules in text: what it decides, or what is found wrong with it, as one text to compare.
#pragma once

#include "contract_test.hpp"

namespace contract::test {

// The modules are m0.toml, m1.toml, … in this order; what the host decides is read from a file that
// interpolates `shown`.
struct ModuleHost : Contract {
    explicit ModuleHost(const std::vector<std::string>& modules, const std::string& shown,
                        const std::string& config = "")
        : Contract("[hosts.web]\nclass = \"linux\"\nmodules = [" + list(modules.size()) + "]\n" + config +
                   "\n[[hosts.web.set]]\nvalues.files.\"/x\".text = '= ${{ " + shown + " }}'\n") {
        for (std::size_t i = 0; i < modules.size(); ++i) files.tracked[name(i)] = modules[i];
    }
    static std::string name(std::size_t index) { return "m" + std::to_string(index) + ".toml"; }
    static std::string list(std::size_t number) {
        std::string out;
        for (std::size_t i = 0; i < number; ++i) out += (i == 0 ? "\"./" : ", \"./") + name(i) + "\"";
        return out;
    }

    // The value; after it, or instead of it, each finding: "conflict m1.toml:2:5 'a' has …".
    std::string outcome() {
        const auto evaluated = run();
        std::string out;
        if (!evaluated.plan.hosts.empty())
            out = std::get<core::FileText>(evaluated.plan.hosts[0].generation.entries.at(0).content)
                      .bytes.substr(2);
        for (const auto& list : {parsed.findings, evaluated.result.findings})
            for (const auto& finding : list)
                if (!is_lint(finding)) out += (out.empty() ? "" : "\n") + told(finding);
        return out;
    }

    // What is said and need not be: rules are shown by modules that nobody would write. lints_test.cpp has
    // them.
    static bool is_lint(const core::Finding& finding) {
        for (const auto* word : {"redundant-default", "silent-override", "dead-condition", "duplicate-item"})
            if (finding.code == std::string("evaluation.") + word) return true;
        return false;
    }

    static std::string told(const core::Finding& finding) {
        const Span where = finding.where.value_or(Span{});
        std::string out = finding.code.substr(finding.code.find('.') + 1);
        if (finding.severity == core::Severity::warning) out += " (warning)";
        return out + " " + where.file.text() + ":" + std::to_string(where.line) + ":" +
               std::to_string(where.column) + " " + finding.message;
    }
};

inline std::string option(const std::string& path, const std::string& type, const std::string& rest = "") {
    return "[options.\"" + path + "\"]\ntype = \"" + type + "\"\n" + rest + "\n";
}
inline std::string config(const std::string& values) {
    return "[config]\n" + values + "\n";
}
inline std::string set(const std::string& head, const std::string& values) {
    return "[[set]]\n" + head + "\n" + values + "\n";
}
inline const std::string forced = "priority = \"force\"\nbecause = \"a test\"";
inline const std::string weak = "priority = \"default\"";

}  // namespace contract::test
