// SPDX-License-Identifier: Apache-2.0
//
// One host on its way from options to a generation and probes. Each file host_*.cpp renders some of the
// options into it; whatever they refuse is reported at once.
#pragma once

#include <string>
#include <vector>

#include "host_entries.hpp"
#include "host_modules.hpp"
#include "host_values.hpp"

namespace contract::evaluation {

struct Rendering {
    State& state;
    std::size_t target;
    bool is_home = false;
    std::vector<Declared> entries;
    Declared single;  // the options that are in no table
    RenderedHost out;

    const Declared* find(const std::string& group, const std::string& key) const;
    HostValues values(const Declared& declared) { return {state, target, declared}; }
    // What one of our own files holds; `path` is below /etc, or in a home below ~/.config.
    void add_file(const std::string& path, const std::string& option, const Span& where, std::string bytes);
};

// Whether an entry can lie there: absolute in its shortest form; in a home the same below it.
bool is_place(const Rendering& rendering, std::string_view path);
std::string place_help(const Rendering& rendering);

void render_file(Rendering& rendering, const Declared& declared);
void render_directory(Rendering& rendering, const Declared& declared);
void render_service(Rendering& rendering, const Declared& declared);
void render_timer(Rendering& rendering, const Declared& declared);
void render_accounts(Rendering& rendering);
void render_login(Rendering& rendering);   // packages, environment
void render_kernel(Rendering& rendering);  // kernel.modules, kernel.sysctl
void render_secret(Rendering& rendering, const Declared& declared);
void render_protected(Rendering& rendering);
void render_probe(Rendering& rendering, const Declared& declared);

// A probe that an option implies: "hosts.web.<name>".
core::PlannedProbe implied_probe(const Rendering& rendering, const std::string& name, const Span& where);
// Adds it: for this host, depending on the outputs that its parameters name.
void add_probe(Rendering& rendering, core::PlannedProbe probe);

}  // namespace contract::evaluation
