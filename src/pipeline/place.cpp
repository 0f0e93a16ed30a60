// SPDX-License-Identifier: Apache-2.0
#include "place.hpp"

#include <algorithm>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/git/remote.hpp"
#include "contract/os/file.hpp"

namespace contract::pipeline {

namespace {

constexpr std::string_view scheme = "ssh://";

// ssh takes host and user as arguments: what is a name is told where git's own addresses are read.
Result<copy::Remote> remote_of(const std::string& place) {
    const auto slash = std::min(place.find('/', scheme.size()), place.size());
    const auto at = place.rfind('@', slash);
    if (at != std::string::npos && place.find(':', scheme.size()) < at)
        return Error{"bad-place",
                     "an address with a password in it is none that ssh takes",
                     Blame::environment,
                     {},
                     {},
                     {"log in with a key, and write ssh://[USER@]HOST[:PORT]/PATH"}};
    const bool has_path = slash < place.size();
    const auto location = git::parse_location(has_path ? place : place + "/", "/");
    if (!location || location->transport != git::Transport::ssh)
        return Error{
            "bad-place",
            "'" + harmless(place) + "' is no address of another machine",
            Blame::environment,
            {},
            {},
            {"write ssh://[USER@]HOST[:PORT]/PATH, where PATH is the CONTRACT_HOME there, or nothing"}};
    return copy::Remote{place, location->user, location->host, location->port,
                        location->path == "/" ? "" : location->path};
}

Result<std::string> directory_of(const std::string& place) {
    if (place.find("://") != std::string::npos)
        return Error{"bad-place",
                     "'" + harmless(place) + "' is neither a directory nor an ssh:// address",
                     Blame::environment,
                     {},
                     {},
                     {"write ssh://[USER@]HOST[:PORT]/PATH, or the path of a directory"}};
    TRY_ASSIGN(const auto here, os::real_path("."));
    return path::normalise(path::join(here, place));
}

}  // namespace

bool is_remote(const std::string& place) {
    return place.starts_with(scheme);
}

Result<OpenPlace> open_place(const std::string& place, Opening opening,
                             const std::function<bool()>& interrupted) {
    OpenPlace out;
    if (is_remote(place)) {
        TRY_ASSIGN(const auto remote, remote_of(place));
        TRY_ASSIGN(out.connection_, copy::connect(remote, interrupted));
        return out;
    }
    TRY_ASSIGN(const auto directory, directory_of(place));
    if (opening == Opening::to_write) {
        TRY_ASSIGN(out.destination_, copy::open_destination(directory));
    } else {
        TRY_ASSIGN(out.source_, copy::open_source(directory));
    }
    return out;
}

}  // namespace contract::pipeline
