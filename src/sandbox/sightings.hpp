// SPDX-License-Identifier: Apache-2.0
//
// From system calls to an Observation: each path, address and refused write once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "caller.hpp"
#include "contract/sandbox/observation.hpp"
#include "observed_calls.hpp"

namespace contract::sandbox {

class Sightings {
public:
    // `still_waiting`: whether the process that was read is the one that called. Asked after reading: until
    // then its number could have gone to another process.
    void add(int number, const Arguments& arguments, const Caller& caller,
             const std::function<bool()>& still_waiting);
    Observation result() &&;

private:
    using Clock = std::chrono::steady_clock;
    using Still = std::function<bool()>;

    void add_path(const ObservedCall& call, const Arguments& arguments, const Caller& caller,
                  const Still& still_waiting);
    void add_address(const ObservedCall& call, const Arguments& arguments, const Caller& caller,
                     const Still& still_waiting);
    void look_up(const std::string& path, bool executed, const Caller& caller);
    void refuse(const std::string& path, bool is_made, const Caller& caller);

    Clock::time_point started_ = Clock::now();
    std::uint64_t calls_ = 0;
    std::size_t path_bytes_ = 0;
    std::map<std::string, LookUp> look_ups_;
    std::set<std::string> addresses_, written_;
    Observation observation_;
};

// "140.82.121.4:443" of a sockaddr; empty for families and places that are the sandbox's own.
std::string address_text(const std::string& bytes);

}  // namespace contract::sandbox
