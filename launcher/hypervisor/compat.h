// Xen's C headers, and what its releases spell differently: nothing else in the project includes them. Written for
// 4.17; a release with another domctl number that needs more than stands here does not compile, which is meant.
//
// Not used because it is not in every release: xc_domain_getinfo (gone in 4.18), xc_dom_image.memflags (4.22).
#pragma once

#include <string>

// xenctrl.h first: it makes the headers after it show what is for tools.
// clang-format off
#define XC_WANT_COMPAT_MAP_FOREIGN_API  // maps through the handle that we have, instead of one more
extern "C" {
#include <xenctrl.h>
#include <xenforeignmemory.h>
#include <xenguest.h>
#include <xentoollog.h>
#include <xenstore.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/version.h>
#include <xen/xsm/flask_op.h>
}
// clang-format on

namespace bulkhead::hypervisor {

namespace compat_detail {

// 4.17 to 4.22 pass the text's length, 4.23 does not.
inline int context_to_sid(int (*call)(xc_interface*, char*, std::uint32_t, std::uint32_t*), xc_interface* xch,
                          char* label, std::size_t size, std::uint32_t* sid) {
  return call(xch, label, static_cast<std::uint32_t>(size), sid);
}
inline int context_to_sid(int (*call)(xc_interface*, char*, std::uint32_t*), xc_interface* xch, char* label,
                          std::size_t, std::uint32_t* sid) {
  return call(xch, label, sid);
}
inline int context_to_sid(int (*call)(xc_interface*, const char*, std::uint32_t*), xc_interface* xch, char* label,
                          std::size_t, std::uint32_t* sid) {
  return call(xch, label, sid);
}

}  // namespace compat_detail

inline int label_to_sid(xc_interface* xch, std::string label, std::uint32_t* sid) {
  return compat_detail::context_to_sid(&xc_flask_context_to_sid, xch, label.data(), label.size(), sid);
}

}  // namespace bulkhead::hypervisor
