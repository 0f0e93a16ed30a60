// SPDX-License-Identifier: Apache-2.0
//
// A place that results are copied from or to: a directory, or contract on another machine. It is not believed
// in anything: whoever takes from it checks every signature and every digest (receive.hpp), and so does a
// machine that is sent something.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/copy/statement.hpp"

namespace contract::copy {

struct BlobName {
    Digest digest;
    std::uint64_t size = 0;   // bytes
    bool executable = false;  // somewhere
    friend bool operator==(const BlobName&, const BlobName&) = default;
};

class Source {
public:
    virtual ~Source() = default;
    virtual std::string name() const = 0;  // for people
    // The file there that has the blob; empty: it is no file that can be looked at from here.
    virtual std::string file_of(const Digest&) const { return {}; }
    // The text of a statement, as it is there; none.
    virtual Result<std::optional<std::string>> statement_of(const Digest& action) = 0;
    virtual Result<std::optional<std::string>> statement_at(const core::StorePath& path) = 0;
    // The content of the blobs, one after the other in pieces: `take(index, piece)`. Of each as many bytes as
    // its name says, of an empty one an empty piece. Errors: copy-missing, copy-damaged (of another size),
    // copy-failed, and what `take` gives.
    using Take = std::function<Result<>(std::size_t index, std::string_view piece)>;
    virtual Result<> read(const std::vector<BlobName>& blobs, const Take& take) = 0;
};

class Destination {
public:
    virtual ~Destination() = default;
    virtual std::string name() const = 0;
    virtual Result<std::vector<BlobName>> missing(const std::vector<BlobName>& blobs) = 0;
    // The files of this store that have their content.
    virtual Result<> write(const std::vector<BlobName>& blobs, const store::Store& store) = 0;
    // Makes statements visible in this order, each when everything it needs is there. Before it returns, all
    // is safe on the disk of the place.
    virtual Result<> publish(const std::vector<Statement>& statements) = 0;
};

// ── directories; the format is told in contract(1) ──

// Errors: bad-place (none, another kind of directory, a newer format); system.
Result<std::unique_ptr<Source>> open_source(const std::string& directory);
// Makes it where it is missing or empty.
Result<std::unique_ptr<Destination>> open_destination(const std::string& directory);

// ── contract on another machine, through `ssh` ──

struct Remote {
    std::string name;  // for people: what was asked for
    std::string user;  // empty: the configuration of ssh decides, as of the port
    std::string host;
    std::string port;
    std::string home;  // of its store; empty: where it is for who logs in
};

// One connection, for both directions. Errors: program-missing; copy-failed, with what ssh said.
class Connection {
public:
    virtual ~Connection() = default;
    virtual Source& source() = 0;
    virtual Destination& destination() = 0;
    // Ends it in good order.
    virtual Result<> close() = 0;
};
Result<std::unique_ptr<Connection>> connect(const Remote& remote, std::function<bool()> interrupted);

}  // namespace contract::copy
