// Hypervisor over libxenctrl and libxenguest; its methods stand in libxen_*.cpp, by what they are about. Every method
// leases a handle for as long as it runs, so all of them may run at once; those of the console ring take turns,
// because two debug keys at a time would answer into each other's text.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/hypervisor/hypervisor.h"
#include "console_ring.h"
#include "handles.h"
#include "kernel_cache.h"

namespace bulkhead::hypervisor {

class LibxenHypervisor final : public Hypervisor {
 public:
  // Error: Xen does not answer, or the tool libraries are of another release.
  [[nodiscard]] Result<void> check_interface();

  Result<HostFacts> host() override;
  Result<std::string> command_line() override;
  Result<std::vector<DomainFacts>> domains() override;
  Result<std::string> debug_key(char key) override;
  Result<std::string> console_ring() override;
  Result<RingText> console_since(std::uint32_t from) override;
  Result<GrantTableCopy> grant_table(Domid domid) override;

  Result<Enforcement> enforcement() override;
  Result<std::vector<Boolean>> booleans() override;
  Result<Sid> sid_of(const std::string& label) override;
  Result<std::string> label_of(Sid sid) override;
  Result<AccessVector> access(Sid source, Sid target, std::uint16_t access_class) override;
  Result<Sid> transition(Sid source, Sid target, std::uint16_t access_class) override;
  Result<void> load_policy(std::string_view binary) override;
  Result<void> relabel(Domid domid, Sid sid) override;
  Result<void> relabel_self(Sid sid) override;

  Result<void> create(const NewDomain& domain) override;
  Result<EventPort> allocate_port(Domid owner, Domid remote) override;
  Result<Built> build(const NewDomain& domain, const Image& image) override;
  Result<void> pause(Domid domid) override;
  Result<void> unpause(Domid domid) override;
  Result<void> destroy(Domid domid) override;
  Result<void> send_domain_ends_to(Domid domid) override;

  Result<void> assign_device(Domid domid, Sbdf device) override;
  Result<void> allow_iomem(Domid domid, Range frames) override;
  Result<void> allow_ioports(Domid domid, Range ports) override;
  Result<void> map_irq(Domid domid, std::uint32_t irq) override;

 private:
  [[nodiscard]] ReadRing reader(const Lease& lease) const;

  HandlePool pool_;
  KernelCache kernels_;
  std::mutex console_mutex_;
  std::uint32_t console_index_ = 0;  // end of the ring when it was last read; saves reading what is old
};

}  // namespace bulkhead::hypervisor
