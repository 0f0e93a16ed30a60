// SPDX-License-Identifier: Apache-2.0
//
// The protocol between two contracts, one of which was started by the other through ssh. A frame is a letter,
// four bytes of length (the highest first) and that many bytes. The client speaks first and says all that is
// asked; the server answers:
//
//   h hello    version line              → h
//   r result   32 bytes of an action     → s statement, n none, e error
//   p path     <32>-<name>               → s, n, e
//   g get      names of blobs            → for each in turn d data, of as many bytes as its name says; or e
//   m missing  names of blobs            → b a byte for each: 1 when it is missing
//   w write    one name, then its d      no answer
//   c commit   a statement               no answer
//   y sync                               → o when all of the last two since the last y went well, else e
//
// A name of a blob is 32 bytes of digest, 8 of size, and one that is 1 for what is executable. A server that
// has found something wrong reads on to the next y and does nothing of what comes until then, so that neither
// waits for the other.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/copy/place.hpp"

namespace contract::copy {

inline constexpr std::string_view hello_line = "contract copy 1\n";
inline constexpr std::size_t largest_frame = largest_statement;
inline constexpr std::size_t largest_data = std::size_t{1} << 17;
inline constexpr std::size_t most_names = 4096;

struct Frame {
    char kind = '\0';
    std::string payload;
};

class Channel {
public:
    // `peer` is for messages. `limit_ms`: how long it may be silent.
    Channel(int in, int out, std::string peer, int limit_ms, std::function<bool()> interrupted)
        : in_(in),
          out_(out),
          peer_(std::move(peer)),
          limit_ms_(limit_ms),
          interrupted_(std::move(interrupted)) {}

    // Errors: copy-failed (closed, silent, too large), interrupted. A closed stream between two frames is the
    // frame of kind NUL.
    Result<Frame> read();
    Result<> write(char kind, std::string_view payload);
    Result<> flush();

private:
    Result<bool> read_exactly(char* to, std::size_t size);
    Result<> send(std::string_view bytes);
    Error failed(std::string_view what) const;

    int in_;
    int out_;
    std::string peer_;
    int limit_ms_;
    std::function<bool()> interrupted_;
    std::string pending_;   // to write
    std::string received_;  // from received_at_ on not yet taken
    std::size_t received_at_ = 0;
};

std::string encode_names(const std::vector<BlobName>& names);
// None: not so encoded.
std::optional<std::vector<BlobName>> decode_names(std::string_view bytes);

std::string encode_error(const Error& error);
// What the other side says went wrong there. Its code is one that this side knows, else copy-failed.
Error decode_error(std::string_view bytes, const std::string& peer);

}  // namespace contract::copy
