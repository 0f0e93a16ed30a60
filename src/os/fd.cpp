// SPDX-License-Identifier: Apache-2.0
#include "contract/os/fd.hpp"

#include <unistd.h>

namespace contract::os {

void Fd::reset() {
    // close() releases the number whatever it returns; there is nobody left to tell about a late write error,
    // which is why writers that care fsync first.
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

}  // namespace contract::os
