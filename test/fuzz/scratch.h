// Files that never touch a disk, so that a fuzzer can open thousands of them a second.
#pragma once
#include <sys/mman.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace fuzz {

// A file in memory that takes new contents again and again; returns its path.
inline const std::string& scratch(std::string_view contents) {
  static const int file = ::memfd_create("fuzz", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  const auto size = static_cast<off_t>(contents.size());
  if (::ftruncate(file, size) != 0 || ::pwrite(file, contents.data(), contents.size(), 0) != size) std::abort();
  return path;
}

// A path in a folder, in memory where the system has such a place, for what is written and read again.
inline std::string output(const std::string& name) {
  const std::filesystem::path memory = "/dev/shm";
  const auto folder = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  return folder / (name + "-" + std::to_string(::getpid()));
}

}  // namespace fuzz
