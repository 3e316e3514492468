// docs/spec-language.md from the table; the words around the tables are here.
#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/spec/expectations.h"
#include "bulkhead/spec/language.h"
#include "forms.h"

namespace bulkhead::spec {
namespace {

constexpr std::string_view kIntroduction = R"(# The spec language

<!-- Made from the table in compiler/spec/language*.cpp by a test; change it there, then run the tests with BULKHEAD_UPDATE_GOLDENS=1. -->

A spec is one YAML file that describes a host: which domains there are, what each is for, which devices it drives and who
talks to whom. What is not written in it is not allowed. This page is the reference of version 1 of the language;
`bulkhead schema` prints the same as a JSON Schema, with which editors complete and check a spec while it is written.

```yaml
bulkhead: 1
host:
  xen: "4.17"
  hardware: { domain: hardware }
  inventory: inventory.yaml
devices:
  nic0: { pci: "0000:00:03.0", is: { vendor: 0x8086, device: 0x10d3, class: network } }
domains:
  control:  { role: control }
  hardware: { role: hardware, kernel: /var/lib/bulkhead/vmlinuz, ramdisk: /var/lib/bulkhead/hardware.img, memory: 512 MiB }
  net:      { role: driver, devices: [nic0], kernel: /var/lib/bulkhead/vmlinuz, memory: 256 MiB, restart: on-failure }
  web:      { role: guest, instances: 2, kernel: /var/lib/bulkhead/vmlinuz, memory: 128 MiB }
connections:
  - network: { backend: net, frontend: web, bridge: xenbr0 }
  - channel: { between: [web-1, web-2], pages: 4 }
assert:
  - { name: only control builds, only: [control], may: { class: domain, permission: create } }
```

## How a spec is read

A spec is read strictly. Each of these is an error, with its place, and one run reports all of them: an unknown key, a key
twice in one mapping, an anchor or alias, a tag, a second document, a tab, bytes that are not UTF-8, control characters, a
file over 16 MiB, and every value in a form that its key does not take. The order of keys, and of the entries of a section,
has no meaning.

Values have the types of YAML 1.2's core schema: `on` and `yes` are texts; `4.17` without quotes is a decimal number, so a
version stands in quotes. A whole number is written in decimal, as `0x1f` or as `0o17`.

The JSON Schema and the compiler refuse the same files, but for one thing that JSON cannot tell: `1.0` is no whole number here.

## Written forms

| form | what | examples |
|---|---|---|
| a text | one line, not empty, without control characters | `/dev/sda1`, `"host load"` |
| a name | a small letter, then at most 31 small letters, digits and `-` | `net`, `web-1` |
| a word | a letter, then at most 63 letters, digits and `_`, `.` or `-` | `map_read`, `xen` |
| a size | a whole number and KiB, MiB, GiB or TiB | `512 MiB` |
| a PCI address | segment:bus:device.function in hexadecimal; the segment may be left out | `"0000:00:03.0"`, `"00:1f.2"` |
| a range | two numbers, the last included, or one number; decimal or `0x…` | `0xfeb40-0xfeb5f`, `2-3`, `5` |
| an Ethernet address | six bytes in hexadecimal | `"00:16:3e:5e:6c:01"` |

`instances: 40` of a domain `web` makes `web-1` to `web-40`. Where a domain is named, `web` then stands for all of them and
`web-7` for one.

The target `on` of an `allow` is `self` or one of the hypervisor's own: `xen`, `security`, `domio`, `domxen`, `unlabeled`, and
`default-devices`, `default-irqs`, `default-iomem`, `default-ioports` for what no domain of the spec holds. Rights over other
domains come from connections only.
)";

constexpr std::string_view kInventoryIntroduction = R"(
# The inventory

`bulkhead-launch inventory` writes it on the host, and `host.inventory` names it. It is read as strictly as a spec; the
compiler checks the devices of the spec against it.
)";

constexpr std::string_view kExpectationsIntroduction = R"(
# Expectations

Policy tests, in a file of their own that `bulkhead test` takes beside the spec. They are judged on the privileges that
follow from the spec, which `compile` and `verify` prove equal to the binary policy. A family of instances stands for
each of them; `from` and `to` of one family are its pairs.
)";

// The mappings that a shape holds: itself, or what its items or alternatives are.
const Shape* mapping_in(const Shape& shape) {
  if (!shape.fields.empty()) {
    return &shape;
  }
  if (shape.item != nullptr) {
    return mapping_in(*shape.item);
  }
  for (const Shape* alternative : shape.alternatives) {
    if (const Shape* found = mapping_in(*alternative)) {
      return found;
    }
  }
  return nullptr;
}

// What stands behind the key in the heading of a mapping's section.
std::string_view suffix(const Shape& shape) {
  return shape.form == Form::kNamed ? ".NAME" : shape.form == Form::kList ? "[]" : "";
}

std::string takes(const Shape& shape) {
  if (shape.form == Form::kNamed) {
    return "a mapping from names";
  }
  if (shape.form == Form::kList) {
    const std::string item =
        mapping_in(shape) == nullptr ? describe(*shape.item) : std::string(mapping_in(shape)->noun);
    if (shape.minimum == shape.maximum) {
      return fmt::format("a list of {}, each {}", shape.minimum, item);
    }
    return fmt::format("a list{}, each {}", shape.minimum > 0 ? ", not empty" : "", item);
  }
  return describe(shape);
}

std::string cell(std::string_view text) {
  return text.empty() ? "–" : std::string(text);
}

std::string list(std::span<const std::string_view> keys) {
  return describe({.form = Form::kChoice, .choices = keys});
}

void add_section(std::string& out, const std::string& path, const Shape& mapping) {
  out += fmt::format("\n## {}\n\n", path.empty() ? "The file" : quoted(path));
  if (mapping.form == Form::kOneKey) {
    out += "A mapping with exactly one of these keys.\n\n";
  }
  if (!mapping.at_least_one_of.empty()) {
    out += fmt::format("At least one of {} must be there.\n\n", list(mapping.at_least_one_of));
  }
  if (!mapping.exactly_one_of.empty()) {
    out += fmt::format("Exactly one of {} must be there.\n\n", list(mapping.exactly_one_of));
  }
  out += "| key | takes | default | meaning | example |\n|---|---|---|---|---|\n";
  for (const Field& field : mapping.fields) {
    const std::string needs = field.needs.empty() ? "" : fmt::format(" Only beside {}.", quoted(field.needs));
    out += fmt::format("| {} | {} | {} | {}{} | {} |\n", quoted(field.key), takes(*field.shape),
                       field.required ? "required" : cell(field.default_value), field.meaning, needs,
                       quoted(field.example));
  }
  for (const Field& field : mapping.fields) {
    if (const Shape* inner = mapping_in(*field.shape)) {
      add_section(out, fmt::format("{}{}{}{}", path, path.empty() ? "" : ".", field.key, suffix(*field.shape)), *inner);
    }
  }
}

}  // namespace

std::string language_reference() {
  std::string out(kIntroduction);
  add_section(out, {}, spec_shape());
  out += kInventoryIntroduction;
  add_section(out, {}, inventory_shape());
  out += kExpectationsIntroduction;
  add_section(out, {}, expectations_shape());
  return out;
}

}  // namespace bulkhead::spec
