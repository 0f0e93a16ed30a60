// SPDX-License-Identifier: Apache-2.0
#include "shell_words.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "contract/base/text.hpp"

namespace contract::inputs::deb {

namespace {

// A loop over that many words, or a script that long, is not what sets up an alternative.
constexpr std::size_t most_commands = 20'000;
constexpr std::size_t most_choices = 200;
constexpr std::size_t longest_word = 4096;

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9');
}

// A piece of a word: text, or a variable to be put in.
struct Piece {
    std::string text;
    bool variable = false;
};
struct RawWord {
    std::vector<Piece> pieces;
    bool known = true;
    bool quoted = false;
};
struct RawCommand {
    std::vector<RawWord> words;
    std::string text;
};

// Cuts a script into simple commands.
class Lexer {
public:
    explicit Lexer(std::string_view script) : rest_(script) {}

    std::vector<RawCommand> commands() {
        while (!rest_.empty() && out_.size() < most_commands) step();
        end_command();
        return std::move(out_);
    }

private:
    void step();
    void word();
    void double_quoted(RawWord& into);
    void dollar(RawWord& into);
    void skip_parenthesis();
    void skip_here_document();
    void end_command();
    char take() {
        const char c = rest_.front();
        command_.text += c;
        rest_.remove_prefix(1);
        return c;
    }
    static void put(RawWord& into, char c) {
        if (into.pieces.empty() || into.pieces.back().variable) into.pieces.push_back({});
        if (into.pieces.back().text.size() < longest_word) into.pieces.back().text += c;
    }

    std::string_view rest_;
    RawCommand command_;
    std::vector<std::string> here_;  // the words that end here-documents which begin on the next line
    std::vector<RawCommand> out_;
};

void Lexer::end_command() {
    if (!command_.words.empty()) {
        command_.text = std::string(trim(command_.text));
        out_.push_back(std::move(command_));
    }
    command_ = {};
}

void Lexer::step() {
    const char c = rest_.front();
    if (c == '\\' && rest_.size() > 1 && rest_[1] == '\n') {
        rest_.remove_prefix(2);
    } else if (c == ' ' || c == '\t' || c == '\r') {
        take();
    } else if (c == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    } else if (c == '\n') {
        rest_.remove_prefix(1);
        end_command();
        while (!here_.empty() && !rest_.empty()) skip_here_document();
    } else if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
        rest_.remove_prefix(1);
        end_command();
    } else {
        word();
    }
}

void Lexer::skip_here_document() {
    const auto line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    std::string_view bare = line;
    while (!bare.empty() && bare.front() == '\t') bare.remove_prefix(1);
    if (bare == here_.front()) here_.erase(here_.begin());
}

void Lexer::word() {
    RawWord out;
    while (!rest_.empty()) {
        const char c = rest_.front();
        if (std::string_view(" \t\r\n;&|()").find(c) != std::string_view::npos) break;
        if (c == '\\') {
            take();
            if (rest_.empty()) break;
            if (rest_.front() == '\n')
                rest_.remove_prefix(1);
            else
                put(out, take());
        } else if (c == '\'') {
            take();
            out.quoted = true;
            while (!rest_.empty() && rest_.front() != '\'') put(out, take());
            if (!rest_.empty()) take();
        } else if (c == '"') {
            double_quoted(out);
        } else if (c == '$' || c == '`') {
            dollar(out);
        } else {
            if (c == '*' || c == '?' || c == '[' || c == '~') out.known = false;
            put(out, take());
        }
    }
    if (out.pieces.empty()) out.pieces.push_back({});
    const auto& first = out.pieces.front();
    const bool here = !first.variable && first.text.size() >= 2 && first.text.substr(0, 2) == "<<";
    command_.words.push_back(std::move(out));
    if (!here) {
        const auto& words = command_.words;
        if (words.size() < 2) return;
        const auto& before = words[words.size() - 2].pieces.front().text;
        if (before == "<<" || before == "<<-") here_.push_back(words.back().pieces.front().text);
        return;
    }
    auto end = command_.words.back().pieces.front().text.substr(2);
    if (!end.empty() && end.front() == '-') end.erase(0, 1);
    if (!end.empty() && end.front() != '<') here_.push_back(end);
}

void Lexer::double_quoted(RawWord& into) {
    take();
    into.quoted = true;
    while (!rest_.empty() && rest_.front() != '"') {
        if (rest_.front() == '$' || rest_.front() == '`') {
            dollar(into);
        } else if (rest_.front() == '\\' && rest_.size() > 1) {
            take();
            put(into, take());
        } else {
            put(into, take());
        }
    }
    if (!rest_.empty()) take();
}

// After "$(": to the parenthesis that ends it, as far as can be told by counting.
void Lexer::skip_parenthesis() {
    for (int depth = 0; !rest_.empty();) {
        const char c = take();
        if (c == '(') ++depth;
        if (c == ')' && --depth <= 0) return;
    }
}

void Lexer::dollar(RawWord& into) {
    if (take() == '`') {
        into.known = false;
        while (!rest_.empty() && take() != '`') {
        }
        return;
    }
    if (rest_.empty()) return put(into, '$');
    if (rest_.front() == '(') {
        into.known = false;
        return skip_parenthesis();
    }
    const bool braces = rest_.front() == '{';
    if (braces) take();
    std::string name;
    while (!rest_.empty() && is_name_part(rest_.front())) name += take();
    const bool simple = !name.empty() && is_name_start(name[0]);
    if (braces) {
        if (rest_.empty() || rest_.front() != '}') into.known = false;
        while (!rest_.empty() && take() != '}') {
        }
    }
    if (!simple) into.known = false;
    if (!simple && name.empty() && !braces && !rest_.empty()) take();  // "$@" and the like
    into.pieces.push_back({name, true});
}

using Values = std::vector<std::string>;

// Follows assignments and loops through the commands.
class Reader {
public:
    std::vector<ShellCommand> read(std::vector<RawCommand> commands) {
        for (auto& command : commands) one(command);
        return std::move(out_);
    }

private:
    void one(RawCommand& command);
    void loop(const std::vector<RawWord>& words);
    bool assignment(const RawWord& word);
    void expand(const RawCommand& command, std::size_t first);
    std::optional<std::string> value(const RawWord& word,
                                     const std::map<std::string, std::string>& chosen) const;
    static std::string_view literal(const RawWord& word) {
        const bool bare = word.pieces.size() == 1 && !word.pieces[0].variable && !word.quoted;
        return bare ? std::string_view(word.pieces[0].text) : std::string_view{};
    }

    std::map<std::string, Values> variables_;
    std::set<std::string> unknown_;
    int depth_ = 0;  // of conditions and loops
    std::vector<ShellCommand> out_;
};

std::optional<std::string> Reader::value(const RawWord& word,
                                         const std::map<std::string, std::string>& chosen) const {
    if (!word.known) return std::nullopt;
    std::string out;
    for (const auto& piece : word.pieces) {
        if (!piece.variable) {
            out += piece.text;
            continue;
        }
        const auto found = chosen.find(piece.text);
        if (found == chosen.end()) return std::nullopt;
        out += found->second;
    }
    return out.size() <= longest_word ? std::optional<std::string>(out) : std::nullopt;
}

// NAME=value in front of a command or alone.
bool Reader::assignment(const RawWord& word) {
    const auto& first = word.pieces.front();
    const auto equals = first.variable ? std::string::npos : first.text.find('=');
    if (equals == std::string::npos || equals == 0 || !is_name_start(first.text[0])) return false;
    const auto name = first.text.substr(0, equals);
    if (!std::all_of(name.begin(), name.end(), is_name_part)) return false;
    RawWord rest = word;
    rest.pieces.front().text.erase(0, equals + 1);
    std::map<std::string, std::string> single;
    for (const auto& [variable, all] : variables_)
        if (all.size() == 1) single[variable] = all[0];
    const auto given = value(rest, single);
    const auto before = variables_.find(name);
    // In a branch, nobody knows which of two values it is.
    const bool doubtful =
        depth_ > 0 && before != variables_.end() && given && before->second != Values{*given};
    const bool hopeless = depth_ > 0 && unknown_.count(name) != 0;
    if (!given || doubtful || hopeless) {
        variables_.erase(name);
        unknown_.insert(name);
    } else {
        variables_[name] = {*given};
        unknown_.erase(name);
    }
    return true;
}

void Reader::loop(const std::vector<RawWord>& words) {
    if (words.size() < 3 || literal(words[2]) != "in") return;
    const std::string name(literal(words[1]));
    Values all;
    bool known = !name.empty();
    for (std::size_t i = 3; i < words.size() && known; ++i) {
        const auto text = value(words[i], {});
        known = text.has_value();
        if (known) all.push_back(*text);
    }
    if (known && unknown_.count(name) == 0)
        variables_[name] = all;
    else
        variables_.erase(name);
}

void Reader::one(RawCommand& command) {
    static const std::set<std::string_view> openers = {"if", "case", "while", "until"};
    static const std::set<std::string_view> closers = {"fi", "esac", "done"};
    static const std::set<std::string_view> others = {"then", "else", "elif", "do", "!", "{", "}", "exec"};
    std::size_t first = 0;
    for (; first < command.words.size(); ++first) {
        const auto word = literal(command.words[first]);
        if (word == "for") {
            ++depth_;
            return loop({command.words.begin() + static_cast<std::ptrdiff_t>(first), command.words.end()});
        }
        if (openers.count(word) != 0) {
            ++depth_;
            if (word == "case") return;
        } else if (closers.count(word) != 0) {
            depth_ = std::max(depth_ - 1, 0);
        } else if (others.count(word) == 0) {
            break;
        }
    }
    while (first < command.words.size() && assignment(command.words[first])) ++first;
    if (first < command.words.size()) expand(command, first);
}

// Once for each combination of what its variables may be.
void Reader::expand(const RawCommand& command, std::size_t first) {
    std::set<std::string> used;
    for (std::size_t i = first; i < command.words.size(); ++i)
        for (const auto& piece : command.words[i].pieces)
            if (piece.variable && variables_.count(piece.text) != 0) used.insert(piece.text);
    std::vector<std::map<std::string, std::string>> choices{{}};
    for (const auto& name : used) {
        std::vector<std::map<std::string, std::string>> more;
        for (const auto& choice : choices)
            for (const auto& text : variables_[name]) {
                more.push_back(choice);
                more.back()[name] = text;
                if (more.size() > most_choices || out_.size() > most_commands) return;
            }
        choices = std::move(more);
    }
    for (const auto& choice : choices) {
        ShellCommand out;
        out.text = command.text;
        for (std::size_t i = first; i < command.words.size(); ++i)
            out.words.push_back(value(command.words[i], choice));
        out_.push_back(std::move(out));
    }
}

}  // namespace

std::vector<ShellCommand> shell_commands(std::string_view script) {
    return Reader().read(Lexer(script).commands());
}

}  // namespace contract::inputs::deb
