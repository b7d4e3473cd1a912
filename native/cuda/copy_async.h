// Copies from global to shared memory that go on while their thread computes.
//
//   copy_async<16>(to, from);          begins: 16 or 4 bytes, both addresses a multiple of that
//   copy_async<16>(to, from, bytes);   reads only so many, an even number, and fills up with zeros
//   commit_copies();                   what the thread has begun since the last call is its next group
//   wait_for_copies<N>();              until at most N of its groups are on their way
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
DEVICE void copy_async(void* to, const void* from, int bytes = kBytes) {
  static_assert(kBytes == 16 || kBytes == 4, "a copy has 16 or 4 bytes");
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  const auto shared = static_cast<unsigned>(__cvta_generic_to_shared(to));
  if constexpr (kBytes == 16)  // past the L1 cache: shared memory holds what would be kept there
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(from), "r"(bytes) : "memory");
  else asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(shared), "l"(from), "r"(bytes) : "memory");
#elif defined(__CUDACC__)
  UNROLL
  for (int i = 0; i < kBytes; ++i) static_cast<char*>(to)[i] = i < bytes ? static_cast<const char*>(from)[i] : char{0};
#else
  emulator::copy_async(to, from, kBytes, static_cast<unsigned>(bytes));
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
