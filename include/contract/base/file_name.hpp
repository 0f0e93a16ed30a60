// SPDX-License-Identifier: Apache-2.0
//
// The name of a file of source text, as small as a pointer. A contract of 20,000 options has several hundred
// thousand spans in a handful of files: a text of its own in each of them was most of the work of reading it.
// Every text is kept once, for as long as the process lives, so only names of files belong here.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace contract {

// Made from any text, in any thread; equal texts are equal names. The default is the empty name.
class FileName {
public:
    constexpr FileName() = default;
    FileName(std::string_view text);  // implicit: a span is written with the text of its file
    FileName(const std::string& text) : FileName(std::string_view(text)) {}
    FileName(const char* text) : FileName(std::string_view(text)) {}

    const std::string& text() const;  // lives as long as the process
    bool empty() const { return text_ == nullptr; }

    friend bool operator==(FileName, FileName) = default;  // compares no text
    friend std::strong_ordering operator<=>(FileName a, FileName b) { return a.text() <=> b.text(); }

private:
    const std::string* text_ = nullptr;  // null: the empty name, so that a default costs nothing
};

}  // namespace contract
