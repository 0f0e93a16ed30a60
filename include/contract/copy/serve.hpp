// SPDX-License-Identifier: Apache-2.0
//
// The side of a copy that somebody reached through ssh: it tells of its store what it is asked, signed with
// its own key, and takes results that are signed by a key that its own configuration trusts.
#pragma once

#include "contract/copy/receive.hpp"
#include "contract/copy/send.hpp"

namespace contract::copy {

struct ServeRequest {
    store::Store& store;
    std::vector<PublicKey> trusted;
    const SecretKey* key = nullptr;    // null: nothing can be copied from here
    std::optional<Error> key_error{};  // why it is null, when one is configured
    Exporter::RootOf root_of;
    std::optional<Error> broken{};  // why nothing at all can be copied here or from here
};

// Answers on two descriptors until the end of the first. Error: copy-failed, when the other side does not
// keep to the protocol.
Result<> serve(const ServeRequest& request, int in, int out);

}  // namespace contract::copy
