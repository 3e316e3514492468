// Small hosts as text, for tests of the model.
#pragma once

#include <string>

namespace bulkhead::test {

inline std::string classic(const std::string& domains, const std::string& more = {}) {
  return "bulkhead: 1\nhost: { xen: \"4.17\", hardware: control }\ndomains:\n  control: { role: control }\n" + domains +
         more;
}

inline std::string split_host(const std::string& domains, const std::string& more = {}) {
  return "bulkhead: 1\nhost: { xen: \"4.17\", hardware: { domain: hardware } }\ndomains:\n  control: { role: control "
         "}\n"
         "  hardware: { role: hardware, kernel: /k }\n" +
         domains + more;
}

// With the inventory below.
inline std::string with_inventory(const std::string& devices, const std::string& domains,
                                  const std::string& more = {}) {
  return "bulkhead: 1\nhost: { xen: \"4.17\", hardware: control, inventory: inventory.yaml }\ndevices:\n" + devices +
         "domains:\n  control: { role: control }\n" + domains + more;
}

inline std::string machine(const std::string& pci) {
  return "inventory: 1\nhost: { cpus: 4, memory: 16 GiB, nodes: [0, 1] }\npci:\n" + pci;
}

}  // namespace bulkhead::test
