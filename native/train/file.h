// Files: reading by position, and writing so that a file is either the old one or wholly the new one.
//
// Reading is by pread, never through a mapping: a file that another process cuts short is then an Error{kIo} and not
// a SIGBUS that ends the process. All errors of the system are Error{kIo} with the path and the system's reason.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace sophia {

// An open file of the system, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  int number() const { return number_; }

 private:
  int number_;
};

// Opened, or created where the flags say so, for this process alone.
Descriptor open_file(const std::string& path, int flags);
// Writes exactly these bytes at the position.
void write_at(const Descriptor& file, const std::string& path, uint64_t position, const void* from, size_t bytes);
// On failure of the call just made, whose reason errno still holds.
[[noreturn]] void fail_io(const char* verb, const std::string& path);

// A regular file, open for reading. Threads may read at the same time.
class InputFile {
 public:
  explicit InputFile(std::string path);

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }  // bytes, when it was opened

  // Reads exactly this many bytes from the position.
  void read(uint64_t position, void* to, size_t bytes) const;

 private:
  std::string path_;
  Descriptor file_;
  uint64_t size_;
};

// A file that takes its name only when it is whole: written as <path>.tmp-<pid>, synced, renamed, the directory synced.
// A file of that name, if there is one, stays as it is until then; on failure the temporary file is removed. What a
// killed process left behind is removed by the next writer of the same path. Two writers of one path at a time in one
// process are an Error{kBusy}.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;

  void write(const void* from, size_t bytes);
  void commit();

 private:
  std::string path_, temporary_;
  Descriptor file_;
  uint64_t written_ = 0;
  bool committed_ = false;
};

}  // namespace sophia
