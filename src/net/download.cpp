// SPDX-License-Identifier: Apache-2.0
#include "contract/net/download.hpp"

namespace contract::net {

Result<Response> get(const Request&) {
    return Error{"fetch-failed", "there is no download yet", Blame::internal, {}, {}, {}};
}

Result<Response> download(const Request&, const std::string&) {
    return Error{"fetch-failed", "there is no download yet", Blame::internal, {}, {}, {}};
}

}  // namespace contract::net
