// A folder for one test, removed with everything in it at the end, and small helpers to fill and look at it.
#pragma once
#include <stdlib.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include "../../native/core/error.h"

namespace check {

class Temporary {
 public:
  Temporary() {
    // mkdtemp writes the rest of the name over six X.
    std::string pattern = std::filesystem::temp_directory_path() / ("sophia-" + std::string(6, 'X'));
    if (!::mkdtemp(pattern.data())) sophia::fail(sophia::Code::kIo, "cannot create a folder for the tests");
    path_ = pattern;
  }
  ~Temporary() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Temporary(const Temporary&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  // Writes a file and returns its path.
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(*this / name, std::ios::binary) << bytes;
    return *this / name;
  }
  std::string get(const std::string& name) const {
    std::ifstream file(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  size_t files() const { return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path_), {})); }

 private:
  std::string path_;
};

}  // namespace check
