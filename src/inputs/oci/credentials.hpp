// SPDX-License-Identifier: Apache-2.0
//
// What the user logged in with, as docker and podman keep it: files of JSON and the programs
// docker-credential-NAME that they name. Only read, and only for a registry that the user's files name. What
// cannot be read is told in the notes and counts as no credentials; no note holds a secret.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace contract::inputs {

struct Credentials {
    std::string user;
    std::string password;
    std::string token;  // a bearer token for the registry itself; then there is no user
};

struct FoundCredentials {
    std::optional<Credentials> credentials;
    std::vector<std::string> notes;  // "credentials: …": where they are from, or why there are none
};

// `authority` as in a URL, "registry.example.org:5000"; `repository` for entries that are for a part of it.
// The first of these with an entry decides: $REGISTRY_AUTH_FILE, $XDG_RUNTIME_DIR/containers/auth.json,
// $XDG_CONFIG_HOME/containers/auth.json, $DOCKER_CONFIG/config.json (~/.docker/config.json).
FoundCredentials find_credentials(const std::string& authority, const std::string& repository);

}  // namespace contract::inputs
