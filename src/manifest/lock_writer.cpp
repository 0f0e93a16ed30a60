// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "contract/base/text.hpp"
#include "contract/manifest/lock_file.hpp"

namespace contract::manifest {

namespace {

constexpr std::string_view header =
    "# contract.lock: written by `contract lock`. Commit it; do not edit it.\n"
    "format = 1\n";

// Facts of one entry, one a line; the names of a git entry are as wide as each other.
class Writer {
public:
    explicit Writer(const core::LockedInput& input)
        : name_(is_name(input.name) ? input.name : quoted(input.name)) {
        text_ = "\n[inputs." + name_ + "]\n";
    }

    void fact(std::string_view key, const std::string& value) {
        text_.append(key).append(" = ").append(value).append("\n");
    }
    void text(std::string_view key, const std::string& value) { fact(key, quoted(value)); }
    void digest(const std::string& key, const Digest& value) { text(key, value.text()); }
    void item(std::string_view key, const std::string& system) {
        text_.append("[[inputs.")
            .append(name_)
            .append(".")
            .append(key)
            .append(".")
            .append(system)
            .append("]]\n");
    }
    std::string take() { return std::move(text_); }

private:
    std::string name_;
    std::string text_;
};

void write_debian(const core::Pin& pin, Writer& out) {
    out.text("snapshot", pin.snapshot);
    out.fact("signed_by", core::toml_text(pin.signed_by));
    out.fact("layout", std::to_string(pin.layout));
    for (const auto& [system, tree] : pin.trees) out.digest("tree." + system, tree);
    for (const auto& [system, packages] : pin.packages)
        for (const auto& package : packages) {
            out.item("package", system);
            out.text("name", package.name);
            out.text("version", package.version);
            out.text("suite", package.suite);
            out.text("path", package.path);
            out.digest("sha256", package.sha256);
            out.fact("size", std::to_string(package.size));
        }
}

void write_image(const core::Pin& pin, Writer& out) {
    out.digest("index", pin.index);
    for (const auto& [system, image] : pin.images) out.digest("manifest." + system, image.manifest);
    for (const auto& [system, tree] : pin.trees) out.digest("tree." + system, tree);
    for (const auto& [system, image] : pin.images)
        for (const auto& layer : image.layers) {
            out.item("layer", system);
            out.digest("digest", layer.digest);
            out.fact("size", std::to_string(layer.size));
        }
}

std::string write_entry(const core::LockedInput& input) {
    Writer out(input);
    std::vector<std::string> facts;
    for (const auto& [key, value] : input.want) facts.push_back(key + " = " + core::toml_text(value));
    out.fact("want", "{ " + join(facts, ", ") + " }");
    const auto& pin = input.pin;
    if (input.want.contains("deb")) {
        write_debian(pin, out);
    } else if (input.want.contains("oci")) {
        write_image(pin, out);
    } else {
        if (!pin.rev.empty()) out.text("rev ", pin.rev);
        if (!pin.date.empty()) out.fact("date", pin.date);
        if (!pin.sha256.is_zero()) {
            out.digest("sha256", pin.sha256);
            out.fact("size", std::to_string(pin.size));
        }
        out.digest("tree", pin.tree);
    }
    return out.take();
}

}  // namespace

std::string write_lock(const core::Lock& lock) {
    auto inputs = lock.inputs;
    std::sort(inputs.begin(), inputs.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::string out(header);
    for (const auto& input : inputs) out += write_entry(input);
    return out;
}

}  // namespace contract::manifest
