#include "domain_build.h"

#include <cerrno>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>

#include "acpi_tables.h"

namespace bulkhead::hypervisor {

namespace {

static_assert(kSpecialFramesEnd == X86_HVM_END_SPECIAL_REGION && kSpecialFrames == X86_HVM_NR_SPECIAL_PAGES,
              "libxenguest puts the rings elsewhere than pvh_layout.h says");
constexpr std::size_t kMaxPvCommandLine = MAX_GUEST_CMDLINE - 1;

}  // namespace

Error DomainBuild::failed(std::string_view what) const {
  return lease_.error(fmt::format("build domain {}: {}", domain_.domid, what), errno);
}

Result<void> DomainBuild::step(std::string_view what, int result) const {
  if (result != 0) {
    return failed(what);
  }
  errno = 0;  // of the next step, if that fails without a reason
  return {};
}

Result<void> DomainBuild::check() const {
  const auto refuse = [&](std::string_view why) {
    return Error(fmt::format("build domain {}: {}", domain_.domid, why));
  };
  if (image_.kernel == nullptr || image_.kernel->empty()) {
    return refuse("no kernel");
  }
  if (domain_.memory_kib == 0 || domain_.memory_kib % 1024 != 0) {
    return refuse(fmt::format("{} KiB of memory are not a whole number of MiB", domain_.memory_kib));
  }
  if (is_pvh() && image_.initial_domain) {
    return refuse("the late hardware domain is PV: Xen 4.17 to 4.22 cannot build it as PVH");
  }
  if (is_pvh() && (domain_.vcpus == 0 || domain_.vcpus > kMaxPvhVcpus)) {
    return refuse(fmt::format("{} vCPUs, a PVH domain has 1 to {}", domain_.vcpus, kMaxPvhVcpus));
  }
  if (!is_pvh() && image_.command_line.size() > kMaxPvCommandLine) {
    return refuse(fmt::format("its command line has {} bytes, a PV domain's may have {}", image_.command_line.size(),
                              kMaxPvCommandLine));
  }
  return {};
}

Result<Built> DomainBuild::run() {
  if (auto checked = check(); !checked) {
    return checked.error();
  }
  for (auto part : {&DomainBuild::prepare, &DomainBuild::parse_kernel, &DomainBuild::fill}) {
    if (auto done = (this->*part)(); !done) {
      return done.error();
    }
  }
  // For a PVH domain xc_dom_p2m is the identity.
  return Built{.xenstore_frame = xc_dom_p2m(dom_.get(), dom_->xenstore_pfn),
               .console_frame = xc_dom_p2m(dom_.get(), dom_->console_pfn)};
}

Result<void> DomainBuild::prepare() {
  errno = 0;
  dom_.reset(xc_dom_allocate(lease_.xch(), image_.command_line.c_str(), nullptr));
  if (dom_ == nullptr) {
    return failed("prepare");
  }
  dom_->container_type = is_pvh() ? xc_dom_image::XC_DOM_HVM_CONTAINER : xc_dom_image::XC_DOM_PV_CONTAINER;
  dom_->max_vcpus = domain_.vcpus;
  dom_->claim_enabled = 0;  // XENMEM_claim_pages is outside Xen's security support for a builder (XSA-77)
  dom_->xenstore_domid = image_.xenstore_domid;
  dom_->xenstore_evtchn = image_.xenstore_port;
  // Its own number means no grant: libxenguest would otherwise give the ring to domain 0.
  dom_->console_domid = image_.console_domid.value_or(domain_.domid);
  dom_->console_evtchn = image_.console_domid ? image_.console_port : 0;
  if (image_.initial_domain) {
    dom_->flags |= SIF_PRIVILEGED | SIF_INITDOMAIN;
  }
  if (is_pvh()) {
    lay_out();
  }
  if (image_.ramdisk == nullptr || image_.ramdisk->empty()) {
    return {};
  }
  // libxenguest unpacks a ramdisk that is gzip unless the result is over the limit. Not wanted: it takes our time for
  // each domain one after the other, the kernel does it anyway, and of several archives in a row it keeps the first.
  xc_dom_module_max_size(dom_.get(), image_.ramdisk->size());
  return step("take the ramdisk",
              xc_dom_module_mem(dom_.get(), image_.ramdisk->data(), image_.ramdisk->size(), nullptr));
}

void DomainBuild::lay_out() {
  const std::uint64_t bytes = domain_.memory_kib * 1024;
  const PvhLayout layout = pvh_layout(bytes);
  dom_->target_pages = bytes >> XC_PAGE_SHIFT;
  dom_->mmio_start = layout.hole_start;
  dom_->mmio_size = layout.hole_size;
  dom_->lowmem_end = layout.low_end;
  dom_->highmem_end = layout.high_end;
  for (const MemoryRange& range : layout.map) {
    map_.push_back({.addr = range.start, .size = range.size, .type = static_cast<std::uint32_t>(range.type)});
  }
  dom_->e820 = map_.data();  // goes into the start info as well
  dom_->e820_entries = static_cast<unsigned>(map_.size());
  // xc_dom_build_image adds the frame, within the slack of its memory's limit, and copies them there. The address of
  // the first module is the one that the start info names as the root pointer's.
  acpi_ = acpi_tables(kAcpiStart, domain_.vcpus);
  dom_->acpi_modules[0].data = acpi_.data();
  dom_->acpi_modules[0].length = static_cast<std::uint32_t>(acpi_.size());
  dom_->acpi_modules[0].guest_addr_out = kAcpiStart;
}

// Parsing unpacks. libxenguest keeps its own copy of what it unpacked, which ends with the image; ours goes into the
// cache. It does not copy what it is given.
Result<void> DomainBuild::parse_kernel() {
  const std::shared_ptr<UnpackedKernel> cached = kernels_.find(image_.kernel);
  std::unique_lock lock(cached->mutex);
  kernel_ = cached->bytes == nullptr ? image_.kernel : cached->bytes;
  const bool first = !cached->known;
  if (!first) {
    lock.unlock();
  }
  if (auto taken = step("take the kernel", xc_dom_kernel_mem(dom_.get(), kernel_->data(), kernel_->size())); !taken) {
    return taken;
  }
  // version xen_capabilities: which formats of kernel Xen takes.
  if (auto asked = step("ask Xen for its capabilities", xc_dom_boot_xen_init(dom_.get(), lease_.xch(), domain_.domid));
      !asked) {
    return asked;
  }
  if (auto parsed = step("read the kernel", xc_dom_parse_image(dom_.get())); !parsed) {
    return parsed;
  }
  if (first) {
    if (dom_->kernel_blob != kernel_->data()) {
      cached->bytes =
          std::make_shared<const std::string>(static_cast<const char*>(dom_->kernel_blob), dom_->kernel_size);
    }
    cached->known = true;
  }
  return {};
}

Result<void> DomainBuild::fill() {
  xc_dom_image* dom = dom_.get();
  if (auto done = step("set its memory", xc_dom_mem_init(dom, static_cast<unsigned>(domain_.memory_kib / 1024)));
      !done) {
    return done;
  }
  // mmu adjust; PV: domain setaddrsize. Asks for domain2 setclaim too, to end a claim that there is not, and goes on.
  if (auto done = step("allocate its memory", xc_dom_boot_mem_init(dom)); !done) {
    return done;
  }
  if (is_pvh()) {
    // mmu memorymap
    if (auto done = step("set its memory map", xc_domain_set_memory_map(lease_.xch(), domain_.domid, map_.data(),
                                                                        static_cast<std::uint32_t>(map_.size())));
        !done) {
      return done;
    }
  }
  // mmu map_read, map_write; PV: mmuext_op; PVH: adjust for the special frames, hvm setparam.
  if (auto done = step("load kernel and ramdisk", xc_dom_build_image(dom)); !done) {
    return done;
  }
  // domain getdomaininfo; PV: mmu pinpage, domain setvcpucontext; PVH: hvm setparam, gethvmc, sethvmc.
  if (auto done = step("set up its first processor", xc_dom_boot_image(dom)); !done) {
    return done;
  }
  if (image_.initial_domain) {
    if (auto done = clear_console(); !done) {
      return done;
    }
  }
  // domain2 resource_map: the grants of the two rings.
  return step("enter the grants of its rings", xc_dom_gnttab_init(dom));
}

// An initial domain's kernel reads this place of the start info as the description of a text screen, where libxenguest
// wrote the console's ring and port. All zero: no screen.
Result<void> DomainBuild::clear_console() {
  const xen_pfn_t frame = xc_dom_p2m(dom_.get(), dom_->start_info_pfn);
  // mmu map_read, map_write
  const MappedFrame mapped(
      xc_map_foreign_range(lease_.xch(), domain_.domid, XC_PAGE_SIZE, PROT_READ | PROT_WRITE, frame));
  if (mapped == nullptr) {
    return failed("map its start info");
  }
  std::memset(static_cast<std::byte*>(mapped.get()) + offsetof(start_info_t, console), 0,
              sizeof(start_info_t::console));
  return {};
}

}  // namespace bulkhead::hypervisor
