#include "bulkhead/flask/policy_conf.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "bulkhead/base/check.h"
#include "conf_rules.h"

namespace bulkhead::flask {
namespace {

using privilege::Cell;
using privilege::Grant;
using privilege::PrivilegeSet;
using privilege::TypeId;

// checkpolicy takes no line, comments included, of more than 8 KiB.
constexpr std::size_t kMostReasons = 8;  // behind one rule; privileges.json has all
constexpr std::size_t kNamesPerLine = 8;

// Appends to one string; every part of the file is a function of it.
class Emitter {
 public:
  Emitter(const model::Model& model, const privilege::Derived& derived, const SourceSet& sources)
      : model_(model), derived_(derived), set_(derived.set), sources_(sources) {}

  void head();
  void classes();
  void sids();
  void vectors();
  void reasons();
  void types(const Groups& groups);
  void rules(std::string_view keyword, const std::vector<ConfRule>& rules, const std::vector<Grant>& grants,
             const Groups& groups);
  void trace(const std::vector<ConfRule>& rules);
  void transitions();
  void never(const std::vector<NeverAllow>& never);
  void roles();
  void sid_contexts();
  void device_contexts();
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  template <typename... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  void append(std::string_view text) { text_ += text; }
  void append(std::size_t number) {
    const fmt::format_int digits(number);
    text_.append(digits.data(), digits.size());
  }
  // What stands in every line of a large host's policy is put together without a format.
  template <typename... Parts>
  void put(const Parts&... parts) {
    (append(parts), ...);
  }
  void section(std::string_view title) { print("\n# --- {}\n", title); }
  void type_list(const std::vector<TypeId>& types);
  void symbol(const Symbol& symbol);
  void vector(abi::ClassId access_class, abi::AccessVector permissions);
  void rule(std::string_view keyword, const ConfRule& rule);
  void because(const ConfRule& rule, const std::vector<Grant>& grants, const Groups& groups);
  [[nodiscard]] const std::string& name(TypeId id) const { return set_.at(id).name; }
  [[nodiscard]] const abi::AccessClass& at(abi::ClassId id) const { return set_.abi->at(id); }

  const model::Model& model_;
  const privilege::Derived& derived_;
  const PrivilegeSet& set_;
  const SourceSet& sources_;
  std::unordered_map<const catalogue::Rule*, std::size_t> reason_numbers_;
  std::map<std::pair<abi::ClassId, abi::AccessVector>, std::string> vectors_;  // those printed so far
  std::string text_;
};

void Emitter::head() {
  print(
      "# FLASK policy of {}, for Xen {}, written by bulkhead {}. Do not edit: change the spec and compile it again.\n",
      model_.host_name.empty() ? "a host" : model_.host_name, set_.abi->version.text(), BULKHEAD_VERSION);
  print(
      "# checkpolicy -t Xen -c 30 makes the binary of it. Behind each rule: role or connection, place in the spec, and "
      "the\n");
  print("# number of its reason in the list below; a type declared as group_N stands for all its members.\n");
}

void Emitter::classes() {
  section("classes, in the hypervisor's order");
  for (const abi::AccessClass& access_class : set_.abi->classes) print("class {}\n", access_class.name);
}

void Emitter::sids() {
  section("initial SIDs, in the hypervisor's order");
  for (const std::string& sid : set_.abi->initial_sids) print("sid {}\n", sid);
}

void Emitter::vectors() {
  section("permissions, in the hypervisor's order");
  for (const abi::AccessClass& access_class : set_.abi->classes) {
    print("class {} {{ {} }}\n", access_class.name, fmt::join(access_class.permissions, " "));
  }
}

void Emitter::reasons() {
  section("reasons");
  std::vector<const catalogue::Rule*> used;
  for (const std::vector<Grant>* grants : {&set_.allow, &set_.dontaudit}) {
    for (const Grant& grant : *grants) {
      if (reason_numbers_.emplace(grant.rule, 0).second) used.push_back(grant.rule);
    }
  }
  std::sort(used.begin(), used.end(), [](const auto* a, const auto* b) { return a->place < b->place; });
  for (std::size_t i = 0; i < used.size(); ++i) {
    reason_numbers_[used[i]] = i + 1;
    print("# r{} {}\n", i + 1, sources_.origin(used[i]->place));
    for (const catalogue::RulePermission& permission : used[i]->permissions) {
      print("#     {}: {}\n", permission.name, permission.reason);
    }
  }
}

void Emitter::type_list(const std::vector<TypeId>& types) {
  text_ += '{';
  for (std::size_t i = 0; i < types.size(); ++i) {
    text_ += i % kNamesPerLine == kNamesPerLine - 1 ? "\n  " : " ";
    text_ += name(types[i]);
  }
  text_ += " }";
}

void Emitter::types(const Groups& groups) {
  section("types");
  // Attributes first: their low numbers share one node of each type's map.
  for (std::size_t i = 0; i < groups.all().size(); ++i) print("attribute group_{};\n", i + 1);
  std::vector<std::vector<std::size_t>> groups_of(set_.types.size());
  for (std::size_t i = 0; i < groups.all().size(); ++i) {
    for (const TypeId member : groups.all()[i]) groups_of[privilege::index(member)].push_back(i + 1);
  }
  for (std::size_t i = 0; i < set_.types.size(); ++i) {
    const privilege::Type& type = set_.types[i];
    put("type ", type.name);
    for (const std::size_t group : groups_of[i]) put(", group_", group);
    text_ += ';';
    if (type.origin.is_known()) put("  # ", sources_.origin(type.origin));
    text_ += '\n';
  }
}

void Emitter::symbol(const Symbol& symbol) {
  if (const auto* group = std::get_if<GroupId>(&symbol)) {
    put("group_", static_cast<std::size_t>(*group) + 1);
  } else {
    text_ += name(std::get<TypeId>(symbol));
  }
}

void Emitter::vector(abi::ClassId access_class, abi::AccessVector permissions) {
  const auto [place, is_new] = vectors_.try_emplace({access_class, permissions});
  if (is_new) {
    place->second = fmt::format(":{} {};", at(access_class).name, abi::permission_list(at(access_class), permissions));
  }
  text_ += place->second;
}

void Emitter::rule(std::string_view keyword, const ConfRule& rule) {
  put(keyword, " ");
  symbol(rule.source);
  text_ += ' ';
  symbol(rule.target);
  vector(rule.access_class, rule.permissions);
}

// The grants behind the first cell of the rule, and how many cells more it stands for.
void Emitter::because(const ConfRule& rule, const std::vector<Grant>& grants, const Groups& groups) {
  const auto first = [&](const Symbol& symbol) {
    const auto* group = std::get_if<GroupId>(&symbol);
    return group == nullptr ? std::get<TypeId>(symbol) : groups.members(*group).front();
  };
  const auto size = [&](const Symbol& symbol) {
    const auto* group = std::get_if<GroupId>(&symbol);
    return group == nullptr ? std::size_t{1} : groups.members(*group).size();
  };
  const auto key = std::tuple(first(rule.source), first(rule.target), rule.access_class);
  auto grant = std::lower_bound(grants.begin(), grants.end(), key, [](const Grant& g, const auto& sought) {
    return std::tuple(g.source, g.target, g.access_class) < sought;
  });
  BULKHEAD_CHECK(grant != grants.end(), "a rule has a grant behind it");
  text_ += "  #";
  std::size_t shown = 0;
  const Grant* last = nullptr;
  for (; grant != grants.end() && std::tuple(grant->source, grant->target, grant->access_class) == key; ++grant) {
    // Instances of one family follow from one statement.
    if (last != nullptr && last->rule == grant->rule && last->origin == grant->origin) continue;
    if (shown == kMostReasons) {
      text_ += ", …";
      break;
    }
    last = &*grant;
    put(shown++ == 0 ? " " : ", ", grant->via, " ", sources_.origin(grant->origin), " r",
        reason_numbers_.at(grant->rule));
  }
  const std::size_t cells = size(rule.source) * size(rule.target);
  if (cells > 1) put("; ", cells, " cells");
  text_ += '\n';
}

void Emitter::rules(std::string_view keyword, const std::vector<ConfRule>& rules, const std::vector<Grant>& grants,
                    const Groups& groups) {
  section(keyword);
  for (const ConfRule& item : rules) {
    rule(keyword, item);
    because(item, grants, groups);
  }
}

void Emitter::trace(const std::vector<ConfRule>& rules) {
  section("auditallow: every use of a permission is logged");
  for (ConfRule item : rules) {
    item.permissions &= ~untraced(*set_.abi, item.access_class);
    if (item.permissions == 0) continue;
    rule("auditallow", item);
    text_ += '\n';
  }
}

void Emitter::transitions() {
  section("labels that Xen computes: self, target, event channels");
  for (const privilege::Transition& t : set_.transitions) {
    put("type_transition ", name(t.source), " ", name(t.target), ":", at(t.access_class).name, " ", name(t.result),
        ";\n");
  }
}

void Emitter::never(const std::vector<NeverAllow>& never) {
  section("what checkpolicy refuses by itself: assertions and invariants");
  for (const NeverAllow& item : never) {
    if (item.sources.empty() && !item.sources_complement) continue;
    print("# {}{}{}\n", item.reason, item.origin.is_known() ? " " : "", sources_.origin(item.origin));
    text_ += "neverallow ";
    if (item.sources_complement) text_ += item.sources.empty() ? "*" : "~";
    if (!item.sources.empty()) type_list(item.sources);
    text_ += ' ';
    if (item.targets.empty()) {
      text_ += '*';
    } else {
      type_list(item.targets);
    }
    vector(item.access_class, item.permissions);
    text_ += '\n';
  }
}

void Emitter::roles() {
  section("roles and users");
  std::vector<TypeId> subjects;
  for (std::size_t i = 0; i < set_.types.size(); ++i) {
    if (set_.types[i].is_subject()) subjects.push_back(static_cast<TypeId>(i));
  }
  text_ += "role system_r;\nrole system_r types ";
  type_list(subjects);
  text_ += ";\nuser system_u roles system_r;\n";
}

void Emitter::sid_contexts() {
  section("contexts of the initial SIDs");
  for (std::size_t i = 0; i < set_.initial_sids.size(); ++i) {
    print("sid {} {}\n", set_.abi->initial_sids[i], privilege::context(set_.at(set_.initial_sids[i])));
  }
}

void Emitter::device_contexts() {
  section("contexts of devices and their resources");
  struct Line {
    std::uint64_t key;
    std::string text;
  };
  std::vector<Line> irqs, memory, ports, devices;
  for (std::size_t i = 0; i < model_.devices.size(); ++i) {
    const model::Device& device = model_.devices[i];
    const std::string context = privilege::context(set_.at(derived_.of_device[i]));
    for (const auto& irq : device.irqs) irqs.push_back({irq.value, fmt::format("pirqcon {} {}\n", irq.value, context)});
    for (const auto& range : device.iomem) {
      memory.push_back(
          {range.value.first, fmt::format("iomemcon {:#x}-{:#x} {}\n", range.value.first, range.value.last, context)});
    }
    for (const auto& range : device.ioports) {
      ports.push_back(
          {range.value.first, fmt::format("ioportcon {:#x}-{:#x} {}\n", range.value.first, range.value.last, context)});
    }
    if (device.pci)
      devices.push_back({device.pci->sbdf(), fmt::format("pcidevicecon {:#x} {}\n", device.pci->sbdf(), context)});
  }
  for (std::vector<Line>* lines : {&irqs, &memory, &ports, &devices}) {
    std::sort(lines->begin(), lines->end(), [](const Line& a, const Line& b) { return a.key < b.key; });
    for (const Line& line : *lines) text_ += line.text;
  }
}

std::vector<Cell> cells_of(const std::vector<Grant>& grants) {
  PrivilegeSet only;
  only.allow = grants;
  return only.cells();
}

}  // namespace

abi::AccessVector untraced(const abi::Abi& abi, abi::ClassId access_class) {
  struct Untraced {
    std::string_view access_class;
    std::string_view permission;
  };
  static constexpr std::array kUntraced{
      // The check is repeated at every continuation of the hypercall, and printing forces the next one: it never ends.
      Untraced{"domain", "destroy"},
      // A line for each update of a page table, which a PV kernel makes thousands of times a second.
      Untraced{"mmu", "map_read"}, Untraced{"mmu", "map_write"}, Untraced{"mmu", "mmuext_op"},
      Untraced{"mmu", "pinpage"},
      // A line for each event, each line of a console, each cell that preflight asks for.
      Untraced{"event", "send"}, Untraced{"xen", "writeconsole"}, Untraced{"security", "compute_av"},
      Untraced{"security", "compute_create"}};
  const abi::AccessClass& asked = abi.at(access_class);
  abi::AccessVector vector = 0;
  for (const Untraced& one : kUntraced) {
    if (asked.name == one.access_class) {
      vector |= 1U << asked.bit(one.permission).value();
    }
  }
  return vector;
}

std::string emit_policy_conf(const model::Model& model, const privilege::Derived& derived,
                             const std::vector<NeverAllow>& never, const SourceSet& sources,
                             const ConfOptions& options) {
  Groups groups;
  const std::vector<ConfRule> allow = factor(derived.set.cells(), groups);
  const std::vector<ConfRule> dontaudit = factor(cells_of(derived.set.dontaudit), groups);

  Emitter emitter(model, derived, sources);
  emitter.head();
  emitter.classes();
  emitter.sids();
  emitter.vectors();
  emitter.reasons();
  emitter.types(groups);
  emitter.rules("allow", allow, derived.set.allow, groups);
  emitter.rules("dontaudit", dontaudit, derived.set.dontaudit, groups);
  if (options.trace) emitter.trace(allow);
  emitter.transitions();
  emitter.never(never);
  emitter.roles();
  emitter.sid_contexts();
  emitter.device_contexts();
  return emitter.take();
}

}  // namespace bulkhead::flask
