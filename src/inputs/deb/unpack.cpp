// SPDX-License-Identifier: Apache-2.0
#include "unpack.hpp"

namespace contract::inputs::deb {
Result<Digest> unpack_packages(const std::vector<core::LockedPackage>& packages, const core::DebSource&, int,
                               const Context& context) {
    std::string all;
    for (const auto& package : packages) all += package.sha256.hex() + "  " + package.path + "\n";
    TRY_ASSIGN(const auto digest, context.store.add_blob(all));
    return context.store.add_directory({{{"packages", digest, all.size(), false}}, {}, {}});
}
}  // namespace contract::inputs::deb
