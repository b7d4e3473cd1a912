// What every function of the C library does: it lets no exception out, and reads and writes structs of any version.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include "check.h"
#include "handles.h"

namespace sophia::capi {

// SOPHIA_OK is 0, and the codes follow in their order.
constexpr sophia_status status_of(Code code) { return static_cast<sophia_status>(code) + 1; }

// Keeps the words for sophia_last_error(), in memory that this thread always has.
void remember(const char* message) noexcept;

inline sophia_status failed(Code code, const char* message) noexcept {
  remember(message);
  return status_of(code);
}

template <class F>
sophia_status guarded(F f) noexcept {
  try {
    f();
    return SOPHIA_OK;
  } catch (const Error& error) {
    return failed(error.code, error.what());
  } catch (const std::bad_alloc&) {
    return failed(Code::kOutOfMemory, "There is not enough memory");
  } catch (const std::exception& error) {
    return failed(Code::kDevice, error.what());
  } catch (...) {
    return failed(Code::kDevice, "The call was given up");
  }
}

template <class T>
T& required(T* pointer, const char* argument) {
  require(pointer != nullptr, "Expected `", argument, "` to point somewhere, got NULL");
  return *pointer;
}

// A new handle for the object that make() makes, where the caller wants it. Nothing is made for a caller who gave NULL.
template <class Handle, class F>
sophia_status created(Handle** to, const char* argument, F make) noexcept {
  return guarded([&] {
    Handle*& handle = required(to, argument);
    handle = Handles::all().add<Handle>(make());
  });
}

template <class Handle>
sophia_status destroyed(Handle* handle, const char* argument) noexcept {
  return guarded([&] { Handles::all().remove(handle, argument); });
}

// The options of a caller, or `otherwise` for NULL. What a newer caller knows beyond S must be zero: this library
// cannot do it. This is the first version of all structs; when one has grown, what an older caller does not know stays
// as it is in `otherwise`, and kLeast is the size that it had.
template <class S>
S read_struct(const S* from, const char* argument, const S& otherwise) {
  if (from == nullptr) return otherwise;
  constexpr std::uint64_t kLeast = sizeof(S), kMost = 4096;  // more is no size, but memory that nobody has set
  require(from->size >= kLeast && from->size <= kMost, "Expected `", argument, "->size` to be the size of the struct, ",
          kLeast, ", got ", from->size);
  const auto* const bytes = reinterpret_cast<const char*>(from);
  require(std::all_of(bytes + kLeast, bytes + from->size, [](char byte) { return byte == 0; }), "Expected `", argument,
          "` to ask for nothing that this library does not know");
  return *from;
}

// Checks, before any work is done, that a result can be written; NULL wants none.
template <class S>
void expect_room(const S* to, const char* argument) {
  constexpr std::uint64_t kLeast = sizeof(S);
  require(!to || to->size >= kLeast, "Expected `", argument, "->size` to be the size of the struct, ", kLeast, ", got ",
          to ? to->size : 0);
}

// The fields that the caller knows; those that only a newer caller knows stay as they are.
template <class S>
void write_struct(S* to, S found) {
  if (!to) return;
  found.size = to->size;
  *to = found;
}

}  // namespace sophia::capi
