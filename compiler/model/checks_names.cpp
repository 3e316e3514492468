#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "bulkhead/base/text.h"
#include "checks.h"
#include "limits.h"

namespace bulkhead::model {

// A name that is an entry's and an instance's: nobody could tell which one a reference means.
void check_instance_names(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    const std::string& name = family.entry->name.value;
    const std::size_t dash = name.rfind('-');
    if (dash == std::string::npos) continue;
    const DomainRange of = checked.model.find_range(std::string_view(name).substr(0, dash));
    std::uint32_t number = 0;
    std::from_chars(name.data() + dash + 1, name.data() + name.size(), number);
    if (number == 0 || number > of.count) continue;
    const Domain& instance = checked.model.at(of[number - 1]);
    if (!instance.instance || instance.name != name) continue;
    diagnostics
        .error(DiagnosticId::kInstanceNameTaken, family.entry->name.span,
               fmt::format("`{}` is also the name of an instance of `{}`", name, instance.family))
        .notes.push_back({instance.span, "its instances are made here"});
  }
}

void check_name_lengths(const Checked& checked, Diagnostics& diagnostics) {
  for (const Family& family : checked.families) {
    if (family.domains.empty()) continue;
    const Domain& last = checked.model.at(family.domains[family.domains.count - 1]);
    if (!last.instance || last.name.size() <= kMaxNameLength) continue;
    diagnostics.error(DiagnosticId::kNameTooLong, family.entry->name.span,
                      fmt::format("an instance of this is named `{}`, {} characters; a name has at most {}", last.name,
                                  last.name.size(), kMaxNameLength));
  }
}

// Words that stand for something else where a domain's name may stand: `console: none`, `on: xen`.
void check_reserved_names(const Checked& checked, Diagnostics& diagnostics) {
  std::vector<std::string> reserved = catalogue::role_target_names();
  reserved.emplace_back("none");
  for (const Family& family : checked.families) {
    if (std::find(reserved.begin(), reserved.end(), family.entry->name.value) == reserved.end()) continue;
    diagnostics.error(
        DiagnosticId::kReservedName, family.entry->name.span,
        fmt::format("`{}` means something else in the language; no domain has that name", family.entry->name.value));
  }
}

}  // namespace bulkhead::model
