#include "domain_build.h"
#include "libxen_hypervisor.h"

namespace bulkhead::hypervisor {

Result<Built> LibxenHypervisor::build(const NewDomain& domain, const Image& image) {
  auto lease = pool_.lease();
  if (!lease) {
    return lease.error();
  }
  return DomainBuild(*lease, domain, image, kernels_).run();
}

}  // namespace bulkhead::hypervisor
