// What the launcher asks of Xen, in types of our own. The real one (libxen.h) is the only code that includes Xen's
// headers; tests use a working fake that records the calls and can fail the k-th (tests/support/fake_host.h).
//
// Every call may be made by several threads at once. An Error names the hypercall's purpose, the domain and errno's
// text; after an Error nothing is assumed about what was done, except where a call says so. Nothing here decides
// anything: who may call what is FLASK's matter (policy/), the order is the launch steps' (launch/steps.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::hypervisor {

using Domid = std::uint32_t;
using EventPort = std::uint32_t;
using Frame = std::uint64_t;         // of 4 KiB: machine frame of a PV domain, guest frame of a PVH domain
enum class Sid : std::uint32_t {};   // Xen's number for a label; valid until the policy is loaded anew
using AccessVector = std::uint32_t;  // one bit a permission, in the class's order

struct Range {  // inclusive
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const Range&) const = default;
};

struct Sbdf {  // address of a PCI function
  std::uint16_t segment = 0;
  std::uint8_t bus = 0;
  std::uint8_t device = 0;    // 0..31
  std::uint8_t function = 0;  // 0..7
  auto operator<=>(const Sbdf&) const = default;
};
[[nodiscard]] std::optional<Sbdf> parse_sbdf(std::string_view text);  // "0000:00:03.0", exactly this form
[[nodiscard]] std::string to_text(Sbdf sbdf);

enum class Enforcement : std::uint8_t {
  kInactive,    // FLASK is not the active module (ENOSYS): labels mean nothing
  kPermissive,  // denials are logged and allowed
  kEnforcing,
};

struct HostFacts {
  std::uint32_t major = 0;  // of Xen's version
  std::uint32_t minor = 0;
  std::string version;  // "4.17.5"
  std::uint32_t cpus = 0;
  std::vector<std::uint32_t> nodes;  // NUMA nodes that have memory, ascending
  std::uint64_t total_kib = 0;
  std::uint64_t free_kib = 0;
  bool iommu = false;  // XEN_SYSCTL_PHYSCAP_directio: devices can be given to domains, behind an IOMMU
  bool hap = false;
};

enum class RunState : std::uint8_t { kPaused, kRunning, kShutdown, kDying };

// How far the limit that create() sets lies above a domain's memory: rings, tables, what Xen adds while building.
inline constexpr std::uint64_t kMemorySlackKib = 2048;

struct DomainFacts {
  Domid domid = 0;
  Sid sid{};
  RunState state = RunState::kPaused;
  std::uint8_t shutdown_code = 0;  // of kShutdown: 0 power off, 1 reboot, 2 suspend, 3 crash, 4 watchdog
  bool hvm = false;                // PVH and HVM
  std::uint32_t vcpus = 0;         // the highest number plus one
  std::uint64_t memory_kib = 0;    // populated
  std::uint64_t max_memory_kib = 0;
  bool runs_xenstore = false;  // made as the domain of xenstored (XEN_DOMINF_xs_domain)
};

// A switch in the policy, which turns rules on and off while it is loaded.
struct Boolean {
  std::string name;
  bool enabled = false;
  bool pending = false;  // its value after the next commit
  bool operator==(const Boolean&) const = default;
};

// What stands in Xen's console ring from a place on. Places count all bytes ever written, in 32 bits, wrapping.
struct RingText {
  std::string text;
  std::uint32_t next = 0;  // the place behind the text: where to go on
  std::uint32_t lost = 0;  // bytes from the asked place on that are overwritten already
};

// A copy of the frames of a domain's grant table that are in use. Their owner writes them at any time: hostile.
struct GrantTableCopy {
  std::uint32_t version = 1;  // of the entries: 1 or 2
  std::string entries;        // xen/include/public/grant_table.h: 8 or 16 bytes each
};

enum class ContainerType : std::uint8_t { kPv, kPvh };

inline constexpr std::uint32_t kMaxPvhVcpus = 128;  // HVM_MAX_VCPUS

// Everything that Xen fixes when a domain is made.
struct NewDomain {
  Domid domid = 0;
  std::string label;
  ContainerType type = ContainerType::kPv;
  bool uses_devices = false;  // XEN_DOMCTL_CDF_iommu: without it no device can ever be assigned
  bool runs_xenstore = false;
  std::uint64_t memory_kib = 0;
  std::uint32_t vcpus = 1;
  std::uint32_t max_grant_frames = 0;
  std::uint32_t max_maptrack_frames = 0;
  std::uint32_t max_event_channels = 0;
  std::optional<Range> cpus;          // physical processors that all its vCPUs are pinned to
  std::optional<std::uint32_t> node;  // NUMA node that its memory comes from
};

using Bytes = std::shared_ptr<const std::string>;

struct Image {
  Bytes kernel;   // as read from its file; unpacked by the hypervisor library at most once per `kernel` pointer
  Bytes ramdisk;  // null: none
  std::string command_line;
  bool initial_domain = false;  // SIF_PRIVILEGED|SIF_INITDOMAIN: the late hardware domain; PV only
  Domid xenstore_domid = 0;
  EventPort xenstore_port = 0;
  std::optional<Domid> console_domid;
  EventPort console_port = 0;  // only with console_domid
};

struct Built {
  Frame xenstore_frame = 0;  // of the ring that xenstored is introduced to
  Frame console_frame = 0;
};

class Hypervisor {
 public:
  virtual ~Hypervisor() = default;
  Hypervisor() = default;
  Hypervisor(const Hypervisor&) = delete;
  Hypervisor& operator=(const Hypervisor&) = delete;
  Hypervisor(Hypervisor&&) = delete;
  Hypervisor& operator=(Hypervisor&&) = delete;

  // --- What is there
  [[nodiscard]] virtual Result<HostFacts> host() = 0;
  [[nodiscard]] virtual Result<std::string> command_line() = 0;          // Xen's own, from the boot loader
  [[nodiscard]] virtual Result<std::vector<DomainFacts>> domains() = 0;  // that this label may see, by domid
  // The text that Xen writes to its console ring for one debug key ('Q', 'q', 'g', 'e': facts in verify/).
  [[nodiscard]] virtual Result<std::string> debug_key(char key) = 0;
  [[nodiscard]] virtual Result<std::string> console_ring() = 0;  // all that the ring still holds
  // What was written since `from`, which an earlier answer gave as `next`; of 0: all that the ring still holds.
  [[nodiscard]] virtual Result<RingText> console_since(std::uint32_t from) = 0;
  // Maps exactly the frames that the table has, read-only: asking for more would make the domain's table grow.
  [[nodiscard]] virtual Result<GrantTableCopy> grant_table(Domid domid) = 0;

  // --- FLASK
  [[nodiscard]] virtual Result<Enforcement> enforcement() = 0;
  [[nodiscard]] virtual Result<std::vector<Boolean>> booleans() = 0;       // of the loaded policy, in its order
  [[nodiscard]] virtual Result<Sid> sid_of(const std::string& label) = 0;  // refused: the policy has no such label
  [[nodiscard]] virtual Result<std::string> label_of(Sid sid) = 0;
  // All permissions of `source` on `target`, whatever is asked; no AVC line is written for asking.
  [[nodiscard]] virtual Result<AccessVector> access(Sid source, Sid target, std::uint16_t access_class) = 0;
  [[nodiscard]] virtual Result<Sid> transition(Sid source, Sid target, std::uint16_t access_class) = 0;
  [[nodiscard]] virtual Result<void> load_policy(std::string_view binary) = 0;
  [[nodiscard]] virtual Result<void> relabel(Domid domid, Sid sid) = 0;
  [[nodiscard]] virtual Result<void> relabel_self(Sid sid) = 0;  // DOMID_SELF: domain2 relabelself is asked

  // --- Building; the domain is paused until unpause. A create that fails leaves no domain.
  [[nodiscard]] virtual Result<void> create(const NewDomain& domain) = 0;
  [[nodiscard]] virtual Result<EventPort> allocate_port(Domid owner, Domid remote) = 0;
  [[nodiscard]] virtual Result<Built> build(const NewDomain& domain, const Image& image) = 0;
  [[nodiscard]] virtual Result<void> pause(Domid domid) = 0;
  [[nodiscard]] virtual Result<void> unpause(Domid domid) = 0;
  // Returns when the domain's memory is given back or cannot be given back yet by others' mappings.
  [[nodiscard]] virtual Result<void> destroy(Domid domid) = 0;
  // The notice that a domain ended (VIRQ_DOM_EXC) goes to `domid`.
  [[nodiscard]] virtual Result<void> send_domain_ends_to(Domid domid) = 0;

  // --- Hardware. The caller must itself hold what it gives (xen/common/domctl.c), so in a split host only the hardware
  // domain can give ranges and interrupts; assigning is the control domain's.
  [[nodiscard]] virtual Result<void> assign_device(Domid domid, Sbdf device) = 0;
  [[nodiscard]] virtual Result<void> allow_iomem(Domid domid, Range frames) = 0;
  [[nodiscard]] virtual Result<void> allow_ioports(Domid domid, Range ports) = 0;
  [[nodiscard]] virtual Result<void> map_irq(Domid domid, std::uint32_t irq) = 0;  // a GSI, under its own number
};

}  // namespace bulkhead::hypervisor
