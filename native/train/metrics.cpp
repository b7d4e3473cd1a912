#include "metrics.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include "../core/error.h"

namespace sophia {

Metrics::Metrics(const std::string& path, std::int64_t bytes)
    : path_(path), file_(open_file(path, O_WRONLY | O_CREAT)), bytes_(bytes) {
  if (file_.number() < 0) fail_io("open", path_);
  if (::flock(file_.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    fail(Code::kBusy, text("Another run is writing to ", path_));
  const auto size = ::lseek(file_.number(), 0, SEEK_END);
  if (size < bytes) fail(Code::kFormat, text("Expected ", path, " to have at least ", bytes, " bytes, got ", size));
  if (::ftruncate(file_.number(), bytes) != 0) fail_io("write", path_);
}

// By position: what a full disk cut short is overwritten by the next attempt.
void Metrics::append(const std::string& line) {
  if (file_.number() < 0) return;
  const std::string whole = line + "\n";
  write_at(file_, path_, static_cast<std::uint64_t>(bytes_), whole.data(), whole.size());
  bytes_ += static_cast<std::int64_t>(whole.size());
}

void Metrics::sync() {
  if (file_.number() >= 0 && ::fsync(file_.number()) != 0) fail_io("write", path_);
}

}  // namespace sophia
