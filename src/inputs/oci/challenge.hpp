// SPDX-License-Identifier: Apache-2.0
//
// What a server asks for with status 401: the challenges of a WWW-Authenticate header (RFC 9110). Text in,
// values out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract::inputs {

struct Challenge {
    std::string scheme;                                    // in lower case: "bearer", "basic"
    std::map<std::string, std::string> parameters;         // names in lower case, values without quotes
    std::string parameter(const std::string& name) const;  // "" where there is none
};

// In the header's order; what cannot be read ends the list.
std::vector<Challenge> parse_challenges(std::string_view header);

// The scheme that is understood, Bearer before Basic.
std::optional<Challenge> best_challenge(std::string_view header);

// "repository:team/image:pull" → "repository%3Ateam%2Fimage%3Apull", for the query of a URL.
std::string percent_encoded(std::string_view text);

}  // namespace contract::inputs
