// SPDX-License-Identifier: Apache-2.0
#include "credentials.hpp"

#include <algorithm>

#include "base64.hpp"
#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/json/json.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/os/process.hpp"

namespace contract::inputs {

namespace {

constexpr std::uint64_t largest_file = 4 << 20;  // bytes
constexpr std::chrono::seconds patience{30};     // for a helper, which may ask the user's keyring

std::string text_of(const json::Value& value, std::string_view key) {
    const auto* member = value.find(key);
    const auto* text = member == nullptr ? nullptr : std::get_if<std::string>(&member->data);
    return text == nullptr ? std::string() : *text;
}

std::vector<std::string> files() {
    std::vector<std::string> out;
    const auto set = [](const char* name) { return os::environment_variable(name).value_or(""); };
    const std::string home = os::home_directory();
    if (const auto file = set("REGISTRY_AUTH_FILE"); !file.empty()) out.push_back(file);
    if (const auto runtime = set("XDG_RUNTIME_DIR"); !runtime.empty())
        out.push_back(path::join(runtime, "containers/auth.json"));
    if (const auto configuration = set("XDG_CONFIG_HOME"); !configuration.empty())
        out.push_back(path::join(configuration, "containers/auth.json"));
    else if (!home.empty())
        out.push_back(path::join(home, ".config/containers/auth.json"));
    if (const auto docker = set("DOCKER_CONFIG"); !docker.empty())
        out.push_back(path::join(docker, "config.json"));
    else if (!home.empty())
        out.push_back(path::join(home, ".docker/config.json"));
    return out;
}

// "https://registry.example.org/v1/", as older programs wrote it, is "registry.example.org".
std::string name_of_key(std::string_view key) {
    for (const std::string_view scheme : {"https://", "http://"})
        if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
    while (key.ends_with('/')) key.remove_suffix(1);
    for (const std::string_view version : {"/v1", "/v2"})
        if (key.ends_with(version)) key.remove_suffix(version.size());
    return std::string(key);
}

// The names an entry may have, the most special first.
std::vector<std::string> names_of(const std::string& authority, const std::string& repository) {
    std::vector<std::string> out;
    for (std::string name = authority + "/" + repository; name.size() > authority.size();
         name.resize(name.rfind('/')))
        out.push_back(name);
    out.push_back(authority);
    // The one registry whose entry has another name than its server.
    if (authority == "registry-1.docker.io") out.insert(out.end(), {"index.docker.io", "docker.io"});
    return out;
}

const json::Member* entry_for(const json::Value& file, std::string_view table,
                              const std::vector<std::string>& names) {
    const auto* value = file.find(table);
    const auto* entries = value == nullptr ? nullptr : std::get_if<json::Object>(&value->data);
    if (entries == nullptr) return nullptr;
    for (const auto& name : names)
        for (const auto& entry : *entries)
            if (entry.first == name || name_of_key(entry.first) == name) return &entry;
    return nullptr;
}

bool is_helper_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

// What a header can hold; anything else would end it and begin another.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

std::optional<Credentials> checked(const std::string& user, const std::string& secret,
                                   FoundCredentials& found, const std::string& from) {
    if (user == "<token>") {
        found.notes.push_back("credentials: " + from +
                              " has an identity token, which only a login by password can replace here");
        return std::nullopt;
    }
    if (user.empty() || user.find(':') != std::string::npos || !is_plain(user) || !is_plain(secret)) {
        found.notes.push_back("credentials: " + from + " has an entry that no request can carry");
        return std::nullopt;
    }
    found.notes.push_back("credentials: " + from);
    return Credentials{user, secret, {}};
}

// True when the helper is the last word, with or without credentials.
bool ask_helper(const std::string& name, const std::string& server, FoundCredentials& found) {
    const std::string program = "docker-credential-" + name;
    if (!is_helper_name(name)) {
        found.notes.push_back("credentials: '" + harmless(name.substr(0, 80)) + "' cannot be a helper");
        return false;
    }
    os::ProcessRequest request;
    request.command = {program, "get"};
    request.environment = os::current_environment();
    request.input = server;
    request.deadline = patience;
    const auto result = os::run(request);
    if (!result) {
        found.notes.push_back("credentials: " + harmless(result.error().message));
        return false;
    }
    // A helper that has nothing says so with status 1, in words that differ; its output is never shown.
    if (!result->succeeded()) {
        found.notes.push_back("credentials: " + program + " has none for '" + harmless(server) + "'");
        return false;
    }
    const auto answer = json::read(result->output);
    if (!answer) {
        found.notes.push_back("credentials: " + program + " did not answer in JSON");
        return false;
    }
    found.credentials = checked(text_of(*answer, "Username"), text_of(*answer, "Secret"), found, program);
    return true;
}

void take_entry(const json::Value& entry, const std::string& file, FoundCredentials& found) {
    if (const auto token = text_of(entry, "registrytoken"); !token.empty() && is_plain(token)) {
        found.credentials = Credentials{{}, {}, token};
        found.notes.push_back("credentials: " + file);
        return;
    }
    if (!text_of(entry, "identitytoken").empty()) {
        found.credentials = checked("<token>", "", found, file);
        return;
    }
    std::string user = text_of(entry, "username"), secret = text_of(entry, "password");
    if (const auto encoded = text_of(entry, "auth"); !encoded.empty()) {
        const std::string both = decode_base64(encoded).value_or("");
        user = both.substr(0, both.find(':'));
        secret = both.find(':') == std::string::npos ? "" : both.substr(both.find(':') + 1);
        while (secret.ends_with('\0')) secret.pop_back();
    }
    found.credentials = checked(user, secret, found, file);
}

// True when this file has the last word.
bool look_in(const std::string& file, const std::vector<std::string>& names, const std::string& authority,
             FoundCredentials& found) {
    const auto status = os::target_status(file);
    if (status && !*status) return false;
    const std::string shown = harmless(file);
    const auto bytes = os::read_file(file, largest_file);
    if (!bytes) {
        found.notes.push_back("credentials: " + harmless(bytes.error().message));
        return false;
    }
    const auto content = json::read(*bytes);
    if (!content) {  // the parser's message could quote a secret
        found.notes.push_back("credentials: " + shown + " is not JSON");
        return false;
    }
    const auto* special = entry_for(*content, "credHelpers", names);
    const auto* helper = special == nullptr ? nullptr : std::get_if<std::string>(&special->second.data);
    const auto* entry = entry_for(*content, "auths", names);
    if (helper != nullptr && ask_helper(*helper, authority, found)) return true;
    if (const auto store = text_of(*content, "credsStore"); helper == nullptr && !store.empty())
        if (ask_helper(store, entry == nullptr ? authority : entry->first, found)) return true;
    const auto* object = entry == nullptr ? nullptr : std::get_if<json::Object>(&entry->second.data);
    if (object == nullptr || object->empty()) return false;
    take_entry(entry->second, shown, found);
    return true;
}

}  // namespace

FoundCredentials find_credentials(const std::string& authority, const std::string& repository) {
    FoundCredentials found;
    const auto names = names_of(authority, repository);
    for (const auto& file : files())
        if (look_in(file, names, authority, found)) return found;
    found.notes.push_back("credentials: none for '" + harmless(authority) +
                          "' in the configuration of docker or podman");
    return found;
}

}  // namespace contract::inputs
