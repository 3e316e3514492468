#include "mutations.h"

#include <algorithm>
#include <map>
#include <random>
#include <sstream>

namespace bulkhead::test {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  std::istringstream in(line.substr(0, line.find('#')));
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string join(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string without_semicolon(std::string word) {
  if (word.ends_with(';')) word.pop_back();
  return word;
}

// "allow a_t b_t:grant { map_read copy };"
struct RuleLine {
  std::string keyword;
  std::string source;
  std::string target;
  std::string access_class;
  Words last;  // permissions, or a label

  explicit RuleLine(const Words& words)
      : keyword(words.at(0)),
        source(words.at(1)),
        target(words.at(2).substr(0, words.at(2).find(':'))),
        access_class(words.at(2).substr(words.at(2).find(':') + 1)) {
    for (std::size_t i = 3; i < words.size(); ++i) {
      const std::string word = without_semicolon(words[i]);
      if (word != "{" && word != "}") last.push_back(word);
    }
  }
  [[nodiscard]] std::string text() const {
    const std::string what = last.size() == 1 ? last.front() : "{ " + join(last) + " }";
    return keyword + " " + source + " " + target + ":" + access_class + " " + what + ";";
  }
};

class Mutator {
 public:
  Mutator(const Lines& conf, unsigned seed) : conf_(conf), random_(seed) {}
  std::vector<Mutation> run();

 private:
  void read_names();
  void look_at(std::size_t line);
  void of_rule(std::size_t line, RuleLine rule);
  void of_type(std::size_t line, const Words& words);
  void of_sid(std::size_t line, const Words& words);
  void of_device(std::size_t line, const Words& words);
  void of_class(std::size_t line, const Words& words);
  void of_role(std::size_t line);
  void swapped(std::size_t line, const std::string& keyword);

  void drop(const std::string& what, std::size_t line, std::size_t count = 1) {
    mutations_.push_back({"drop " + what, line, count, {}, false});
  }
  void replace(const std::string& kind, std::size_t line, const std::string& text) {
    mutations_.push_back({kind, line, 1, text, false});
  }
  void add(const std::string& kind, std::size_t line, const std::string& text) {
    mutations_.push_back({kind, line, 1, conf_[line] + "\n" + text, false});
  }
  // Any but `old`.
  std::string other(const Words& names, const std::string& old) {
    for (;;) {
      const std::string& chosen = names.at(random_() % names.size());
      if (chosen != old) return chosen;
    }
  }

  const Lines& conf_;
  std::mt19937 random_;
  Words types_;
  Words attributes_;
  std::map<std::string, Words> permissions_;
  std::vector<Mutation> mutations_;
};

void Mutator::read_names() {
  for (const std::string& line : conf_) {
    const Words words = words_of(line);
    if (words.size() < 2) continue;
    std::string name = words[1];
    if (name.ends_with(';') || name.ends_with(',')) name.pop_back();
    if (words[0] == "type") types_.push_back(name);
    if (words[0] == "attribute") attributes_.push_back(name);
    if (words[0] == "class" && words.size() > 2) {
      permissions_[name] = Words(words.begin() + 3, words.end() - 1);
    }
  }
}

void Mutator::of_rule(std::size_t line, RuleLine rule) {
  const std::string& what = rule.keyword;
  drop(what, line);
  RuleLine moved = rule;
  moved.target = other(types_, rule.target);
  replace("another target of " + what, line, moved.text());
  moved.target = other(types_, rule.target);
  add("one more target of " + what, line, moved.text());
  RuleLine taken = rule;
  taken.source = other(types_, rule.source);
  replace("another source of " + what, line, taken.text());
  if (what == "type_transition") {
    rule.last = {other(types_, rule.last.front())};
    replace("another result of " + what, line, rule.text());
    return;
  }
  if (rule.last.size() > 1) {
    RuleLine less = rule;
    less.last.erase(less.last.begin() + static_cast<std::ptrdiff_t>(random_() % less.last.size()));
    replace("a permission less of " + what, line, less.text());
  }
  const std::string more = other(permissions_.at(rule.access_class), "");
  if (std::find(rule.last.begin(), rule.last.end(), more) == rule.last.end()) {
    rule.last.push_back(more);
    replace("a permission more of " + what, line, rule.text());
  }
}

// "type a_t, group_1, group_2;"
void Mutator::of_type(std::size_t line, const Words& words) {
  drop("type", line);
  Words names;
  for (std::size_t i = 1; i < words.size(); ++i) names.push_back(words[i].substr(0, words[i].find_first_of(",;")));
  const auto text = [](const Words& all) {
    std::string joined = "type " + all.front();
    for (std::size_t i = 1; i < all.size(); ++i) joined += ", " + all[i];
    return joined + ";";
  };
  for (std::size_t i = 1; i < names.size(); ++i) {
    Words fewer = names;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    replace("an attribute less of a type", line, text(fewer));
  }
  for (const std::string& attribute : attributes_) {
    if (std::find(names.begin(), names.end(), attribute) != names.end()) continue;
    Words more = names;
    more.push_back(attribute);
    replace("an attribute more of a type", line, text(more));
    break;
  }
}

void Mutator::of_sid(std::size_t line, const Words& words) {
  if (words.size() == 2) return swapped(line, "sid");
  const std::string type = words[2].substr(words[2].rfind(':') + 1);
  const std::string moved = "sid " + words[1] + " " + words[2].substr(0, words[2].rfind(':') + 1) + other(types_, type);
  drop("the context of an initial SID", line);
  replace("another context of an initial SID", line, moved);
  add("a second context of an initial SID", line, moved);
}

// "iomemcon 0x10-0x1f system_u:object_r:a_t"
void Mutator::of_device(std::size_t line, const Words& words) {
  const std::string& keyword = words[0];
  const std::string label = words[2].substr(0, words[2].rfind(':') + 1);
  drop(keyword, line);
  replace("another label of " + keyword, line,
          keyword + " " + words[1] + " " + label + other(types_, words[2].substr(label.size())));
  // Nothing of the examples is at these numbers.
  const std::string elsewhere = keyword == "iomemcon" || keyword == "ioportcon" ? "0x10-0x11" : "0x111";
  replace("another place of " + keyword, line, keyword + " " + elsewhere + " " + words[2]);
  add("one more place of " + keyword, line, keyword + " " + elsewhere + " " + words[2]);
}

// "class grant { map_read map_write }"
void Mutator::of_class(std::size_t line, const Words& words) {
  if (words.size() == 2) return swapped(line, "class");
  Words order = words;
  std::swap(order.at(3), order.at(4));
  mutations_.push_back({"permissions in another order", line, 1, join(order), true});
  order = words;
  order.insert(order.end() - 1, "made_up");
  mutations_.push_back({"one more permission of a class", line, 1, join(order), true});
}

void Mutator::swapped(std::size_t line, const std::string& keyword) {
  const Words next = line + 1 < conf_.size() ? words_of(conf_[line + 1]) : Words{};
  if (next.size() != 2 || next[0] != keyword) return;
  mutations_.push_back({"another order of " + keyword, line, 2, conf_[line + 1] + "\n" + conf_[line], true});
}

// "role system_r types { a_t b_t" and on until "};"
void Mutator::of_role(std::size_t line) {
  std::size_t end = line;
  while (conf_[end].find(';') == std::string::npos) ++end;
  Words words;
  for (std::size_t i = line; i <= end; ++i) {
    for (std::string& word : words_of(conf_[i])) words.push_back(std::move(word));
  }
  const auto is_type = [](const std::string& word) { return word.ends_with("_t") || word.ends_with("_t;"); };
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (!is_type(words[i])) continue;
    Words fewer = words;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    mutations_.push_back({"a type less of the role", line, end - line + 1, join(fewer), false});
  }
  for (const std::string& type : types_) {
    if (std::find(words.begin(), words.end(), type) != words.end()) continue;
    Words more = words;
    more.insert(more.end() - 1, type);
    mutations_.push_back({"a type more of the role", line, end - line + 1, join(more), false});
  }
}

void Mutator::look_at(std::size_t line) {
  const Words words = words_of(conf_[line]);
  if (words.size() < 2) return;
  const std::string& keyword = words[0];
  if (keyword == "allow" || keyword == "dontaudit" || keyword == "auditallow" || keyword == "type_transition") {
    of_rule(line, RuleLine(words));
  }
  if (keyword == "type") of_type(line, words);
  if (keyword == "sid") of_sid(line, words);
  if (keyword.ends_with("con")) of_device(line, words);
  if (keyword == "class") of_class(line, words);
  if (keyword == "role" && words.size() > 3) of_role(line);
}

std::vector<Mutation> Mutator::run() {
  read_names();
  for (std::size_t line = 0; line < conf_.size(); ++line) look_at(line);
  return std::move(mutations_);
}

}  // namespace

Lines lines_of(const std::string& text) {
  std::istringstream in(text);
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<Mutation> all_mutations(const Lines& conf, unsigned seed) {
  return Mutator(conf, seed).run();
}

std::string mutated(const Lines& conf, const Mutation& mutation) {
  std::string text;
  for (std::size_t i = 0; i < conf.size(); ++i) {
    if (i == mutation.line && !mutation.text.empty()) text += mutation.text + "\n";
    if (i < mutation.line || i >= mutation.line + mutation.count) text += conf[i] + "\n";
  }
  return text;
}

std::string without_never_allows(const std::string& conf) {
  std::string text;
  bool within = false;  // a statement that goes on until its semicolon
  for (const std::string& line : lines_of(conf)) {
    within = within || line.starts_with("neverallow ");
    if (!within) text += line + "\n";
    within = within && line.find(';') == std::string::npos;
  }
  return text;
}

}  // namespace bulkhead::test
