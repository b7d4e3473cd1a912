// Whose loads and stores are judged.
#pragma once

namespace sophia::emulator {

// The kernel files report theirs (hooks.cpp sets it before main begins).
inline bool instrumented = false;

// This thread runs a kernel. What the emulator and host code do is not judged, though they share templates of the
// standard library with the kernel files, of which the linker keeps the instrumented ones.
inline constinit thread_local bool watched = false;

class Unwatched {
 public:
  Unwatched() : before_(watched) { watched = false; }
  ~Unwatched() { watched = before_; }
  Unwatched(const Unwatched&) = delete;

 private:
  bool before_;
};

}  // namespace sophia::emulator
