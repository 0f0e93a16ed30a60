// SPDX-License-Identifier: Apache-2.0
//
// Where the bytes of an answer go: into memory, or into a file that a later attempt or a later run continues.
// Neither takes more than it was told,
// and the request outlives both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contract/net/download.hpp"
#include "contract/os/fd.hpp"
#include "exchange.hpp"

namespace contract::net {

class Sink {
public:
    virtual ~Sink() = default;
    // What a request has to say for this attempt: "Range: …" where there is a part to continue.
    virtual std::vector<std::string> headers() = 0;
    virtual bool wants(const Head& head) const = 0;  // a 2xx status that has to be an answer to headers()
    // An answer begins: what is there is dropped, unless the answer continues it.
    virtual Result<> begin(const Head& head) = 0;
    virtual Result<> write(std::string_view bytes) = 0;
    virtual std::uint64_t size() const = 0;
    // The part is of no use: the next attempt asks for everything. False when it did so already.
    virtual bool start_anew() = 0;
    virtual Result<> finish() = 0;
};

class MemorySink : public Sink {
public:
    explicit MemorySink(const Request& request) : request_(&request) {}
    std::vector<std::string> headers() override { return {}; }
    bool wants(const Head& head) const override;
    Result<> begin(const Head& head) override;
    Result<> write(std::string_view bytes) override;
    std::uint64_t size() const override { return body_.size(); }
    bool start_anew() override { return false; }
    Result<> finish() override { return {}; }
    std::string take() { return std::move(body_); }

private:
    const Request* request_;
    std::string body_;
};

// A file and, beside it, "<digest of the URL> <If-Range value>": of what it is a part. The note is written
// before the first byte and taken away before the file is begun anew, so that a process killed in between
// leaves at worst a file that is not continued.
class FileSink : public Sink {
public:
    // Opens or creates `path`. Errors: system.
    static Result<FileSink> open(const Request& request, const std::string& path);
    std::vector<std::string> headers() override;
    bool wants(const Head& head) const override;
    Result<> begin(const Head& head) override;
    Result<> write(std::string_view bytes) override;
    std::uint64_t size() const override { return size_; }
    bool start_anew() override;
    Result<> finish() override;
    std::uint64_t continued_from() const { return continued_from_; }

private:
    explicit FileSink(const Request& request) : request_(&request) {}
    Result<> begin_anew(const Head& head);

    const Request* request_;
    std::string path_;
    std::string note_path_;
    os::Fd file_;
    std::uint64_t size_ = 0;
    std::uint64_t found_ = 0;           // bytes of an earlier run
    std::uint64_t continued_from_ = 0;  // those that are still part of it
    std::string validator_;             // for If-Range; "" when the part cannot be continued
    bool asked_for_rest_ = false;
};

}  // namespace contract::net
