// SPDX-License-Identifier: Apache-2.0
#include "contract/manifest/manifest_file.hpp"

#include "document.hpp"
#include "sections.hpp"

namespace contract::manifest {

ParsedManifest parse_manifest(std::string file, std::string text) {
    ParsedManifest out;
    const auto source = out.manifest.sources.emplace(std::move(file), std::move(text)).first;
    const TextIndex index(source->first, source->second);
    Mistakes mistakes(index);
    if (const auto document = read_document(mistakes)) {
        Table root(mistakes, core::manifest_shapes().front(), {}, *document->map(), document->where);
        const Verdict verdict = read_contract(root, out.manifest.contract);
        if (verdict != Verdict::another_version) {
            read_inputs(root, out.manifest);
            read_targets(root, out.manifest);
            read_modules(root, out.manifest);
            read_hosts(root, out.manifest);
            read_probes(root, out.manifest);
            read_policies(root, out.manifest);
            read_overrides(root, out.manifest);
            root.finish();
        }
        out.usable = verdict == Verdict::good;
    }
    out.findings = mistakes.take_in_order();
    return out;
}

}  // namespace contract::manifest
