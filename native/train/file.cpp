#include "file.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include "../core/error.h"

namespace sophia {
namespace {

namespace fs = std::filesystem;

// The one way to call what a signal may interrupt.
template <class Call>
auto retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// A writer holds a lock on its temporary file, which the system drops when the process dies: unlocked means abandoned.
bool lock(const Descriptor& file) { return ::flock(file.number(), LOCK_EX | LOCK_NB) == 0; }

fs::path folder(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : "."; }

void remove_abandoned(const fs::path& path) {
  const std::string prefix = path.filename().string() + ".tmp-";
  std::error_code ignored;  // a folder that cannot be listed fails with a better message when the file is created
  for (fs::directory_iterator entry(folder(path), ignored), end; entry != end; entry.increment(ignored)) {
    if (entry->path().filename().string().rfind(prefix, 0) != 0) continue;
    const Descriptor file = open_file(entry->path(), O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    if (file.number() >= 0 && lock(file)) ::unlink(entry->path().c_str());
  }
}

}  // namespace

[[noreturn]] void fail_io(const char* verb, const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  fail(Code::kIo, text("Cannot ", verb, " ", path, ": ", reason));
}

Descriptor open_file(const std::string& path, int flags) {
  return Descriptor(retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); }));
}

void write_at(const Descriptor& file, const std::string& path, uint64_t position, const void* from, size_t bytes) {
  const char* next = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t put = retry([&] { return ::pwrite(file.number(), next, bytes, static_cast<off_t>(position)); });
    if (put < 0) fail_io("write", path);
    next += put;
    position += static_cast<uint64_t>(put);
    bytes -= static_cast<size_t>(put);
  }
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

// Not blocking, so that a named pipe is refused and not waited for.
InputFile::InputFile(std::string path) : path_(std::move(path)), file_(open_file(path_, O_RDONLY | O_NONBLOCK)) {
  struct stat status;
  if (file_.number() < 0 || ::fstat(file_.number(), &status) != 0) fail_io("open", path_);
  if (!S_ISREG(status.st_mode)) fail(Code::kIo, text("Cannot open ", path_, ": expected a regular file"));
  size_ = static_cast<uint64_t>(status.st_size);
}

void InputFile::read(uint64_t position, void* to, size_t bytes) const {
  char* next = static_cast<char*>(to);
  while (bytes > 0) {
    const ssize_t got = retry([&] { return ::pread(file_.number(), next, bytes, static_cast<off_t>(position)); });
    if (got < 0) fail_io("read", path_);
    if (got == 0) {
      fail(Code::kIo, text("Cannot read ", path_, ": expected ", bytes, " more bytes at ", position,
                           ", but it ends there; it had ", size_, " when it was opened"));
    }
    next += got;
    position += static_cast<uint64_t>(got);
    bytes -= static_cast<size_t>(got);
  }
}

OutputFile::OutputFile(std::string path) : path_(std::move(path)), temporary_(text(path_, ".tmp-", ::getpid())) {
  remove_abandoned(path_);
  file_ = open_file(temporary_, O_WRONLY | O_CREAT | O_EXCL);
  if (file_.number() < 0 && errno == EEXIST)
    fail(Code::kBusy, text("Cannot write ", path_, ": ", temporary_, " is being written"));
  if (file_.number() < 0) fail_io("create", temporary_);
  lock(file_);  // where the file system has no locks, nothing is ever found abandoned either
}

OutputFile::~OutputFile() {
  if (!committed_) ::unlink(temporary_.c_str());
}

void OutputFile::write(const void* from, size_t bytes) {
  write_at(file_, path_, written_, from, bytes);
  written_ += bytes;
}

void OutputFile::commit() {
  if (::fsync(file_.number()) != 0) fail_io("write", path_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_io("rename a temporary file to", path_);
  committed_ = true;
  const Descriptor directory = open_file(folder(path_), O_RDONLY | O_DIRECTORY);
  if (directory.number() < 0) fail_io("sync the directory of", path_);
  // EINVAL: a file system that has nothing to sync for a directory.
  if (::fsync(directory.number()) != 0 && errno != EINVAL) fail_io("sync the directory of", path_);
}

}  // namespace sophia
