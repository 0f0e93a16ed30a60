// SPDX-License-Identifier: Apache-2.0
//
// The wire format is protobuf's, written by hand because it is thirty lines and the canonical order is the
// point:
//   Directory     1 files, 2 directories, 3 symlinks
//   FileNode      1 name, 2 digest, 4 is_executable        DirectoryNode 1 name, 2 digest
//   SymlinkNode   1 name, 2 target                         Digest        1 hash (hex), 2 size_bytes
// An empty Directory is zero bytes. A tree's own Digest is always present, also with size zero. An empty name
// is left out, as protobuf leaves out every empty string; only the lone entry of a single-file tree has one.
#include "contract/core/directory.hpp"

#include <algorithm>
#include <set>

#include "contract/base/text.hpp"

namespace contract::core {

namespace {

constexpr unsigned varint_type = 0;
constexpr unsigned bytes_type = 2;

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(static_cast<unsigned char>(value | 0x80));
    out += static_cast<char>(static_cast<unsigned char>(value));
}

void put_key(std::string& out, unsigned field, unsigned type) {
    put_varint(out, (field << 3) | type);
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
    put_key(out, field, bytes_type);
    put_varint(out, bytes.size());
    out += bytes;
}

std::string digest_message(const Digest& digest, std::uint64_t size) {
    std::string out;
    put_bytes(out, 1, digest.hex());
    if (size != 0) {
        put_key(out, 2, varint_type);
        put_varint(out, size);
    }
    return out;
}

Error bad_name(std::string_view name, std::string_view why) {
    return {
        "bad-name", "the file name '" + harmless(name) + "' " + std::string(why), Blame::declaration, {}, {},
        {}};
}

Result<> check_names(const Directory& directory) {
    std::set<std::string_view> seen;
    const bool lone =
        directory.directories.empty() && directory.files.size() + directory.symlinks.size() == 1;
    const auto check = [&](std::string_view name) -> Result<> {
        if (name.empty() && lone) return {};
        if (name.empty() || name == "." || name == "..") return bad_name(name, "names no file");
        if (name.find('/') != std::string_view::npos || name.find('\0') != std::string_view::npos)
            return bad_name(name, "contains a slash or a NUL byte");
        if (!is_utf8(name)) return bad_name(name, "is not UTF-8");
        if (!seen.insert(name).second) return bad_name(name, "occurs twice in one directory");
        return {};
    };
    for (const auto& file : directory.files) TRY(check(file.name));
    for (const auto& child : directory.directories) TRY(check(child.name));
    for (const auto& link : directory.symlinks) {
        TRY(check(link.name));
        if (link.target.empty() || !is_utf8(link.target))
            return bad_name(link.name, "is a symlink whose target is not UTF-8");
    }
    return {};
}

template <typename Node>
std::vector<Node> sorted(std::vector<Node> nodes) {
    std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.name < b.name; });
    return nodes;
}

// Reads one message; any deviation sets `failed`, checked once at the end.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    bool done() const { return failed || bytes_.empty(); }

    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(bytes_.front());
            bytes_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        failed = true;
        return 0;
    }
    std::string_view bytes() {
        const auto size = varint();
        if (size > bytes_.size()) failed = true;
        if (failed) return {};
        const auto out = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return out;
    }
    bool failed = false;

private:
    std::string_view bytes_;
};

struct SizedDigest {
    Digest digest;
    std::uint64_t size = 0;
};

SizedDigest read_digest(std::string_view bytes, bool& failed) {
    Reader reader(bytes);
    SizedDigest out;
    while (!reader.done()) {
        const auto key = reader.varint();
        if (key == ((1 << 3) | bytes_type)) {
            const auto parsed = Digest::parse(reader.bytes());
            if (parsed) out.digest = *parsed;
            failed = failed || !parsed;
        } else if (key == ((2 << 3) | varint_type)) {
            out.size = reader.varint();
        } else {
            reader.failed = true;
        }
    }
    failed = failed || reader.failed;
    return out;
}

struct RawNode {
    std::string name;
    std::string target;
    SizedDigest digest;
    bool executable = false;
};

// The three node messages share their field numbers as far as they share fields.
RawNode read_node(std::string_view bytes, bool symlink, bool& failed) {
    Reader reader(bytes);
    RawNode out;
    while (!reader.done()) {
        const auto key = reader.varint();
        if (key == ((1 << 3) | bytes_type)) {
            out.name = reader.bytes();
        } else if (key == ((2 << 3) | bytes_type)) {
            if (symlink)
                out.target = reader.bytes();
            else
                out.digest = read_digest(reader.bytes(), failed);
        } else if (key == ((4 << 3) | varint_type)) {
            out.executable = reader.varint() == 1;
        } else {
            reader.failed = true;
        }
    }
    failed = failed || reader.failed;
    return out;
}

}  // namespace

Result<std::string> encode(const Directory& directory) {
    TRY(check_names(directory));
    std::string out;
    for (const auto& file : sorted(directory.files)) {
        std::string node;
        if (!file.name.empty()) put_bytes(node, 1, file.name);
        put_bytes(node, 2, digest_message(file.digest, file.size));
        if (file.executable) {
            put_key(node, 4, varint_type);
            put_varint(node, 1);
        }
        put_bytes(out, 1, node);
    }
    for (const auto& child : sorted(directory.directories)) {
        std::string node;
        put_bytes(node, 1, child.name);
        put_bytes(node, 2, digest_message(child.digest, child.size));
        put_bytes(out, 2, node);
    }
    for (const auto& link : sorted(directory.symlinks)) {
        std::string node;
        if (!link.name.empty()) put_bytes(node, 1, link.name);
        put_bytes(node, 2, link.target);
        put_bytes(out, 3, node);
    }
    return out;
}

Result<Directory> decode_directory(std::string_view bytes) {
    Directory directory;
    Reader reader(bytes);
    bool failed = false;
    while (!reader.done()) {
        const auto key = reader.varint();
        const auto node = read_node(reader.bytes(), key == ((3 << 3) | bytes_type), failed);
        switch (key) {
            case (1 << 3) | bytes_type:
                directory.files.push_back({node.name, node.digest.digest, node.digest.size, node.executable});
                break;
            case (2 << 3) | bytes_type:
                directory.directories.push_back({node.name, node.digest.digest, node.digest.size});
                break;
            case (3 << 3) | bytes_type: directory.symlinks.push_back({node.name, node.target}); break;
            default: failed = true;
        }
    }
    // Whatever else is wrong (order, unknown fields, padding) shows in that the bytes do not come out again.
    if (!failed && !reader.failed) {
        const auto again = encode(directory);
        if (again && *again == bytes) return directory;
    }
    return Error{
        "bad-directory", "the bytes are not a canonical Directory message", Blame::environment, {}, {}, {}};
}

}  // namespace contract::core
