#include "conf_facts.h"

#include <map>
#include <sstream>

#include <fmt/format.h>

namespace bulkhead::test {
namespace {

using Words = std::vector<std::string>;

// Punctuation is words of its own.
Words words_of(const std::string& text) {
  std::string spaced;
  for (const char letter : text) {
    const bool alone = std::string_view("{};,:").find(letter) != std::string_view::npos;
    spaced += alone ? std::string(" ") + letter + " " : std::string(1, letter);
  }
  std::istringstream in(spaced);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class FactReader {
 public:
  Facts read(const std::string& conf);

 private:
  void line(const std::string& text);
  void statement(const Words& words);
  void rule(const Words& words);
  void type(const Words& words);
  void device(const std::string& keyword, const std::string& number, const std::string& context);
  // One name, or all in braces; moves `at` behind it.
  static Words names(const Words& words, std::size_t& at);
  [[nodiscard]] Words expanded(const Words& names) const;

  Facts facts_;
  std::string pending_;  // of a statement that goes on in the next line
  unsigned sids_ = 0;
  std::map<std::string, unsigned> sid_numbers_;
  unsigned classes_ = 0;
  std::map<std::string, unsigned> class_numbers_;
  std::map<std::string, Words> members_;  // of attributes
  std::vector<Words> rules_;              // read when all members are known
};

Words FactReader::names(const Words& words, std::size_t& at) {
  if (words.at(at) != "{") return {words.at(at++)};
  Words result;
  for (++at; words.at(at) != "}"; ++at) result.push_back(words[at]);
  ++at;
  return result;
}

Words FactReader::expanded(const Words& names) const {
  Words result;
  for (const std::string& name : names) {
    const auto members = members_.find(name);
    if (members == members_.end()) {
      result.push_back(name);
    } else {
      result.insert(result.end(), members->second.begin(), members->second.end());
    }
  }
  return result;
}

// allow SOURCES TARGETS : CLASS PERMISSIONS ; and type_transition with a label at the end.
void FactReader::rule(const Words& words) {
  std::size_t at = 1;
  const Words sources = expanded(names(words, at));
  const Words targets = expanded(names(words, at));
  const std::string& access_class = words.at(++at);
  ++at;
  const Words last = names(words, at);
  for (const std::string& source : sources) {
    for (const std::string& target : targets) {
      for (const std::string& each : last) {
        facts_.insert(fmt::format("{} {} {}:{} {}", words[0], source, target, access_class, each));
      }
    }
  }
}

// type NAME , ATTRIBUTE , ATTRIBUTE ;
void FactReader::type(const Words& words) {
  facts_.insert(fmt::format("type {0} {0}", words.at(1)));
  for (std::size_t at = 3; at < words.size(); at += 2) members_[words[at]].push_back(words[1]);
}

void FactReader::statement(const Words& words) {
  const std::string& keyword = words.front();
  if (keyword == "attribute") members_[words.at(1)];
  if (keyword == "type") type(words);
  if (keyword == "allow" || keyword == "dontaudit" || keyword == "auditallow" || keyword == "type_transition") {
    rules_.push_back(words);
  }
  if (keyword == "role" && words.at(2) == "types") {
    std::size_t at = 3;
    for (const std::string& name : names(words, at)) {
      facts_.insert(fmt::format("role {} may have {} authorised", words[1], name));
    }
  }
  if (keyword == "user") facts_.insert(fmt::format("user {} may have {} authorised", words.at(1), words.at(3)));
}

void FactReader::device(const std::string& keyword, const std::string& number, const std::string& context) {
  const std::uint64_t low = std::stoull(number, nullptr, 0);
  const std::size_t dash = number.find('-');
  const std::uint64_t high = dash == std::string::npos ? low : std::stoull(number.substr(dash + 1), nullptr, 0);
  std::string what = fmt::format("interrupt {}", low);
  if (keyword == "ioportcon") what = fmt::format("ports 0x{:x}-0x{:x}", low, high);
  if (keyword == "iomemcon") what = fmt::format("memory frames 0x{:x}-0x{:x}", low, high);
  if (keyword == "pcidevicecon") {
    what =
        fmt::format("PCI device {:04x}:{:02x}:{:02x}.{:x}", low >> 16U, low >> 8U & 0xFFU, low >> 3U & 0x1FU, low & 7U);
  }
  facts_.insert(what + " " + context);
}

void FactReader::line(const std::string& text) {
  std::istringstream in(text);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  if (words.empty()) return;
  const std::string keyword = pending_.empty() ? words.front() : "";
  if (keyword == "sid" && words.size() == 2) {
    sid_numbers_[words[1]] = ++sids_;
  } else if (keyword == "sid") {
    facts_.insert(fmt::format("initial SID {} {}", sid_numbers_[words.at(1)], words.at(2)));
  } else if (keyword == "class" && words.size() == 2) {
    class_numbers_[words[1]] = ++classes_;
  } else if (keyword == "class") {
    facts_.insert(fmt::format("class {} {}", class_numbers_[words.at(1)], text.substr(text.find(' ') + 1)));
  } else if (keyword.ends_with("con")) {
    device(keyword, words.at(1), words.at(2));
  } else {
    pending_ += text + " ";
    if (text.find(';') == std::string::npos) return;
    statement(words_of(pending_));
    pending_.clear();
  }
}

Facts FactReader::read(const std::string& conf) {
  std::istringstream in(conf);
  for (std::string text; std::getline(in, text);) line(text.substr(0, text.find('#')));
  for (const Words& words : rules_) rule(words);
  return std::move(facts_);
}

// "initial SID 6 (unlabeled)" → "initial SID 6"
std::string without_brackets(const std::string& what) {
  return what.starts_with("initial SID") ? what.substr(0, what.find(" (")) : what;
}

bool is_access(const std::string& what) {
  return what.starts_with("allow ") || what.starts_with("dontaudit ") || what.starts_with("auditallow ");
}

}  // namespace

Facts facts_of(const std::string& conf) {
  return FactReader().read(conf);
}

Facts change(const Facts& before, const Facts& after) {
  Facts result;
  for (const std::string& fact : before) {
    if (after.count(fact) == 0) result.insert("- " + fact);
  }
  for (const std::string& fact : after) {
    if (before.count(fact) == 0) result.insert("+ " + fact);
  }
  return result;
}

Facts reported(const analysis::Proof& proof) {
  Facts result;
  for (const analysis::Difference& difference : proof.differences) {
    const std::string& what = difference.what;
    const std::size_t brace = what.find(" {");
    if (is_access(what) && brace != std::string::npos) {
      const Words permissions = words_of(what.substr(brace + 2));
      for (std::size_t i = 0; i + 1 < permissions.size(); ++i) {
        result.insert((difference.excess ? "+ " : "- ") + what.substr(0, brace) + " " + permissions[i]);
      }
      continue;
    }
    if (!difference.expected.empty()) result.insert("- " + without_brackets(what) + " " + difference.expected);
    if (!difference.found.empty()) result.insert("+ " + without_brackets(what) + " " + difference.found);
  }
  return result;
}

}  // namespace bulkhead::test
