// Copies from global to shared memory that go on while their thread computes.
//
//   copy_async<16>(to, from);      begins: 16 or 4 bytes, both addresses a multiple of that
//   commit_copies();               what the thread has begun since the last call is its next group
//   wait_for_copies<N>();          until at most N of its groups are on their way
//
// Before the wait nobody may look at `to` or write to it or to `from`; behind it the thread itself may, and others
// behind a barrier. GPUs before compute capability 8.0 copy at once.
#pragma once
#include "team.h"
#if !defined(__CUDACC__)
#include "emulator/copy_async.h"
#endif

namespace sophia {

template <int kBytes>
DEVICE void copy_async(void* to, const void* from) {
  static_assert(kBytes == 16 || kBytes == 4, "a copy has 16 or 4 bytes");
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  const auto shared = static_cast<unsigned>(__cvta_generic_to_shared(to));
  if constexpr (kBytes == 16)  // past the L1 cache: shared memory holds what would be kept there
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared), "l"(from) : "memory");
  else asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(shared), "l"(from) : "memory");
#elif defined(__CUDACC__)
  if constexpr (kBytes == 16) *static_cast<uint4*>(to) = *static_cast<const uint4*>(from);
  else *static_cast<unsigned*>(to) = *static_cast<const unsigned*>(from);
#else
  emulator::copy_async(to, from, kBytes);
#endif
}

DEVICE void commit_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" ::: "memory");
#elif !defined(__CUDACC__)
  emulator::commit_copies();
#endif
}

template <int kGroups>
DEVICE void wait_for_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(kGroups) : "memory");
#elif !defined(__CUDACC__)
  emulator::wait_for_copies(kGroups);
#endif
}

}  // namespace sophia
