// SPDX-License-Identifier: Apache-2.0
//
// What the parent and the observer process say to each other: frames of a 4-byte length and a body. Both ends
// are the same binary, so the encoding has no versions; a body that does not decode ends the conversation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts.hpp"

namespace contract::runtime {

struct Numbered {
    std::uint64_t id = 0;
    Observation observation;
};
struct Answer {
    std::uint64_t id = 0;
    Facts facts;
};

std::string encode(const Numbered& request);
std::string encode(const Answer& answer);
std::optional<Numbered> decode_request(std::string_view body);
std::optional<Answer> decode_answer(std::string_view body);

// False when the other end is gone. A frame is written whole; callers hold a lock.
bool send_frame(int socket, std::string_view body);
// None at the end of the stream, or when a frame is larger than 64 MiB.
std::optional<std::string> receive_frame(int socket);

}  // namespace contract::runtime
