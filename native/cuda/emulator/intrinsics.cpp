#include "intrinsics.h"
#include "access.h"
#include "counters.h"
#include "races.h"
#include "scheduler.h"

namespace {

using namespace sophia::emulator;

// Threads run one at a time, so the update itself needs no care; the checker must hear of it.
template <class T, class F>
T update(T* address, const void* code, F f) {
  ++counters.atomics;
  if (checking()) {
    check_access({address, sizeof(T), true, true, code});
    note_atomic();
  }
  const T old = *address;
  *address = f(old);
  return old;
}

}  // namespace

template <class T> T atomicAdd(T* address, std::type_identity_t<T> value) {
  return update(address, __builtin_return_address(0), [=](T old) { return static_cast<T>(old + value); });
}
template <class T> T atomicExch(T* address, std::type_identity_t<T> value) {
  return update(address, __builtin_return_address(0), [=](T) { return value; });
}
template <class T> T atomicMax(T* address, std::type_identity_t<T> value) {
  return update(address, __builtin_return_address(0), [=](T old) { return old > value ? old : value; });
}
template <class T> T atomicMin(T* address, std::type_identity_t<T> value) {
  return update(address, __builtin_return_address(0), [=](T old) { return old < value ? old : value; });
}
template <class T> T atomicCAS(T* address, std::type_identity_t<T> compare, std::type_identity_t<T> value) {
  return update(address, __builtin_return_address(0), [=](T old) { return old == compare ? value : old; });
}

template float atomicAdd(float*, float);
template double atomicAdd(double*, double);
template float atomicExch(float*, float);

#define SOPHIA_INTEGER_ATOMICS(T) \
  template T atomicAdd(T*, T);    \
  template T atomicExch(T*, T);   \
  template T atomicMax(T*, T);    \
  template T atomicMin(T*, T);    \
  template T atomicCAS(T*, T, T);
SOPHIA_INTEGER_ATOMICS(int)
SOPHIA_INTEGER_ATOMICS(unsigned)
SOPHIA_INTEGER_ATOMICS(unsigned long long)

void __threadfence() {
  if (checking()) note_fence();
}
