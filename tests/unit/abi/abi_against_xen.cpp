// Compares policy/abi/xen-4.17.yaml with xen/xsm/flask/policy of the source tree that BULKHEAD_XEN_SOURCE names: class
// by class, permission by permission, in order. Exit code 77 (skipped) without the variable.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/abi/abi.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/text.h"

namespace {

using bulkhead::Result;

// Words and braces; a # starts a comment.
std::vector<std::string> tokens(const std::string& text) {
  std::vector<std::string> words;
  for (std::string_view line : bulkhead::split(text, '\n')) {
    std::string word;
    for (const char c : std::string(line.substr(0, line.find('#'))) + ' ') {
      const bool brace = c == '{' || c == '}';
      if (c == ' ' || c == '\t' || brace) {
        if (!word.empty()) {
          words.push_back(std::exchange(word, {}));
        }
        if (brace) {
          words.emplace_back(1, c);
        }
      } else {
        word += c;
      }
    }
  }
  return words;
}

// "keyword name keyword name …"
std::vector<std::string> names_after(const std::vector<std::string>& words, const std::string& keyword) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == keyword) {
      names.push_back(words[i + 1]);
    }
  }
  return names;
}

// "class name { permission … }"
std::map<std::string, std::vector<std::string>> permissions_of(const std::vector<std::string>& words) {
  std::map<std::string, std::vector<std::string>> classes;
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (words[i] == "class" && words[i + 2] == "{") {
      const auto first = words.begin() + static_cast<std::ptrdiff_t>(i) + 3;
      classes[words[i + 1]] = {first, std::find(first, words.end(), "}")};
    }
  }
  return classes;
}

int differences = 0;

void expect_same(const std::string& what, const std::vector<std::string>& ours,
                 const std::vector<std::string>& theirs) {
  if (ours != theirs) {
    ++differences;
    std::puts(fmt::format("{} differ\n  policy/abi: {}\n  Xen's tree: {}", what, bulkhead::join(ours, " "),
                          bulkhead::join(theirs, " "))
                  .c_str());
  }
}

int compare(const std::string& folder) {
  std::map<std::string, std::vector<std::string>> files;
  for (const char* name : {"security_classes", "access_vectors", "initial_sids"}) {
    const Result<std::string> text = bulkhead::read_file(folder + "/" + name, std::size_t{1} << 20);
    if (!text) {
      std::puts(text.error().message().c_str());
      return 1;
    }
    files[name] = tokens(*text);
  }
  const bulkhead::abi::Abi* abi = bulkhead::abi::find_abi({4, 17});
  if (abi == nullptr) {
    return 1;
  }
  std::vector<std::string> classes;
  const auto permissions = permissions_of(files["access_vectors"]);
  for (const bulkhead::abi::AccessClass& ours : abi->classes) {
    classes.push_back(ours.name);
    const auto theirs = permissions.find(ours.name);
    expect_same("permissions of class " + ours.name, ours.permissions,
                theirs == permissions.end() ? std::vector<std::string>{} : theirs->second);
  }
  expect_same("classes", classes, names_after(files["security_classes"], "class"));
  expect_same("initial SIDs", abi->initial_sids, names_after(files["initial_sids"], "sid"));
  std::puts(fmt::format("{} classes, {} permissions, {} initial SIDs compared, {} differences", classes.size(),
                        abi->permission_count(), abi->initial_sids.size(), differences)
                .c_str());
  return differences == 0 ? 0 : 1;
}

}  // namespace

int main() {
  const char* source = std::getenv("BULKHEAD_XEN_SOURCE");
  if (source == nullptr || *source == '\0') {
    std::puts("skipped: BULKHEAD_XEN_SOURCE does not name a source tree of Xen 4.17 (tests/support/fetch_xen_source)");
    return 77;
  }
  return compare(std::string(source) + "/xen/xsm/flask/policy");
}
