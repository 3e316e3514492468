// What Xen can number and hold, and what a domain gets that the spec says nothing about. The hypervisor's own numbers.
#pragma once

#include <cstdint>

namespace bulkhead::model {

inline constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kMaxDomid = 0x7FEF;       // DOMID_FIRST_RESERVED - 1
inline constexpr std::uint64_t kMaxDomains = kMaxDomid;  // with domain 0; number 1 is left for a hardware domain
inline constexpr std::uint64_t kMinMemory = 16 * kMiB;
inline constexpr std::uint64_t kMaxMemory = std::uint64_t{16} << 40;
inline constexpr std::uint64_t kMaxVcpusPv = 512;
inline constexpr std::uint64_t kMaxVcpusHvm = 128;
inline constexpr std::uint64_t kMaxGrantFrames = 65536;
inline constexpr std::uint64_t kMinEventChannels = 64;
inline constexpr std::uint64_t kMaxEventChannels = 131071;  // the FIFO form has 131072, and port 0 is none
inline constexpr std::uint64_t kMaxCommandLinePv = 1023;    // start_info has 1024 bytes with the final zero
inline constexpr std::uint64_t kMaxChannelPages = 256;
inline constexpr std::uint64_t kMaxNameLength = 32;
inline constexpr std::uint64_t kMaxFrame = (std::uint64_t{1} << 52) - 1;
inline constexpr std::uint64_t kMaxPort = 0xFFFF;
inline constexpr std::uint64_t kMaxIrq = 1023;
// No limit of Xen's: more would be a slip of the pen, a product of two large families.
inline constexpr std::uint64_t kMaxLinks = 1'000'000;

inline constexpr std::uint64_t kDefaultMemory = 256 * kMiB;
inline constexpr std::uint64_t kDefaultVcpus = 1;
inline constexpr std::uint64_t kDefaultGrantFrames = 64;
inline constexpr std::uint64_t kDefaultMaptrackFrames = 1024;
inline constexpr std::uint64_t kDefaultEventChannels = 1023;
inline constexpr std::uint64_t kDefaultChannelPages = 1;

}  // namespace bulkhead::model
