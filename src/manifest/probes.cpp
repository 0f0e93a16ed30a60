// SPDX-License-Identifier: Apache-2.0
#include "contract/base/text.hpp"
#include "contract/manifest/host_name.hpp"
#include "sections.hpp"

namespace contract::manifest {

namespace {

void read_retry(Table& table, core::Probe& probe) {
    const auto* entry = table.take("retry");
    if (entry == nullptr) return;
    const auto path = table.path_of("retry");
    const auto* map = entry->value.map();
    if (map == nullptr) {
        wrong_type(table.mistakes(), path, entry->value, "a table")
            .help.emplace_back("write: retry = { attempts = 3, interval = \"1s\" }");
        return;
    }
    Table retry(table.mistakes(), table.shape_at("retry"), path, *map, entry->value.where);
    retry.need("attempts", "retry = { attempts = 3, interval = \"1s\" }");
    probe.attempts = retry.integer("attempts").value_or(probe.attempts);
    probe.interval_ms = retry.duration_ms("interval", 1).value_or(probe.interval_ms);
    retry.finish();
}

void read_probe(Table& table, core::Probe& probe) {
    if (auto kind = table.need_text("kind", "kind = \"command\"")) probe.kind = std::move(*kind);
    probe.description = table.text("description");
    probe.expect = table.text("expect");
    probe.uses = table.texts("uses").value_or(core::Texts{});
    probe.when = table.text("when");
    probe.systems = table.systems("systems");
    probe.hosts = table.texts("hosts");
    for (const auto& host : probe.hosts.value_or(core::Texts{}))
        if (is_host_range(host.value)) check_host_name(table.mistakes(), host);
    probe.hint = table.text("hint");
    if (const auto severity = table.choice("severity")) probe.warning = severity->value == "warning";
    probe.show = table.flag("show").value_or(false);
    probe.timeout_ms = table.duration_ms("timeout", 1).value_or(probe.timeout_ms);
    read_retry(table, probe);
    // What is left is for the kind, and whoever knows the kinds judges it.
    probe.parameters = table.rest();
    table.ignore_rest();
}

}  // namespace

void read_probes(Table& root, core::Manifest& manifest) {
    read_section(root, "probes", manifest.probes, manifest.broken, read_probe);
}

}  // namespace contract::manifest
