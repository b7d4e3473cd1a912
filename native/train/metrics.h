// metrics.jsonl: one line per step, appended. A resumed run first cuts the file back to the line of its checkpoint, so
// that no line is lost or doubled, whenever the last run was killed. One run at a time writes to a file: a second one,
// in this process or another, is an Error{kBusy}.
#pragma once
#include <cstdint>
#include <string>
#include "file.h"

namespace sophia {

class Metrics {
 public:
  Metrics() = default;  // writes nothing
  // Keeps the first `bytes` of the file.
  Metrics(const std::string& path, std::int64_t bytes);

  void append(const std::string& line);
  void sync();  // to the disk: before a checkpoint that counts on these lines
  std::int64_t bytes() const { return bytes_; }

 private:
  std::string path_;
  Descriptor file_;
  std::int64_t bytes_ = 0;
};

}  // namespace sophia
