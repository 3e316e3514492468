// From what xl runs today to a first spec. In: configurations, or the list of what runs (xl list -l, JSON). Out: guests
// in words that both have in common, and of those a spec as text, in which comments ask what a configuration cannot say
// and name what was left out. The same input gives the same bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/diagnostic.h"
#include "bulkhead/base/document.h"
#include "bulkhead/spec/spec.h"
#include "bulkhead/xl/config.h"

namespace bulkhead::xl {

struct Disk {
  std::string target;
  std::string device;
  std::string format;   // empty: raw
  std::string backend;  // empty: domain 0
  bool read_only = false;
};

struct Nic {
  std::string mac;  // empty: xl makes one up
  std::string bridge;
  std::string backend;  // empty: domain 0
};

struct Guest {
  std::string xl_name;
  Span span;
  spec::DomainType type = spec::DomainType::kPv;
  std::string kernel;
  std::string ramdisk;
  std::string command_line;
  std::string boot;  // what starts it without a kernel: "the boot loader pygrub", "the firmware"; empty: the kernel
  std::optional<std::uint64_t> memory_kib;
  std::optional<std::uint64_t> vcpus;
  std::vector<Disk> disks;
  std::vector<Nic> nics;
  std::vector<spec::PciAddress> devices;
  std::string label;                  // seclabel
  std::string on_crash;               // empty: xl's default
  bool is_backend = false;            // driver_domain=1
  std::vector<std::string> left_out;  // settings that a spec has no word for, or that were not understood
};

// Nothing when what the guest is cannot be read; reported (group kXl).
[[nodiscard]] std::optional<Guest> guest_of(const Config& config, Diagnostics& diagnostics);
[[nodiscard]] std::vector<Guest> guests_of_list(const Document& list, Diagnostics& diagnostics);

struct SpecOptions {
  std::string xen;  // empty: not known, the spec asks
  std::vector<std::string> files;
};

// Reports guests whose names cannot be told apart. The text is valid YAML whatever the guests hold.
[[nodiscard]] std::string write_spec(const std::vector<Guest>& guests, const SpecOptions& options,
                                     Diagnostics& diagnostics);

}  // namespace bulkhead::xl
