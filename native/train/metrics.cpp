#include "metrics.h"
#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include "../core/error.h"

namespace sophia {

namespace {

[[noreturn]] void fail_at(const std::string& path) {
  fail(Code::kIo, text("Cannot write ", path, ": ", std::strerror(errno)));
}

}  // namespace

Metrics::Metrics(const std::string& path, std::int64_t bytes)
    : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)), bytes_(bytes) {
  if (file_.number() < 0) fail_at(path_);
  const auto size = ::lseek(file_.number(), 0, SEEK_END);
  if (size < bytes) fail(Code::kFormat, text("Expected ", path, " to have at least ", bytes, " bytes, got ", size));
  if (::ftruncate(file_.number(), bytes) != 0 || ::lseek(file_.number(), bytes, SEEK_SET) < 0) fail_at(path_);
}

void Metrics::append(const std::string& line) {
  if (file_.number() < 0) return;
  const std::string whole = line + "\n";
  for (std::size_t done = 0; done < whole.size();) {
    const auto written = ::write(file_.number(), whole.data() + done, whole.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_at(path_);
    done += static_cast<std::size_t>(written);
  }
  bytes_ += static_cast<std::int64_t>(whole.size());
}

void Metrics::sync() {
  if (file_.number() >= 0 && ::fsync(file_.number()) != 0) fail_at(path_);
}

}  // namespace sophia
