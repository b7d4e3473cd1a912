#include "../../../native/train/file.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include "../check.h"
#include "../temporary.h"

using namespace check;
using namespace sophia;

namespace {

void replace(const std::string& path, const std::string& bytes) {
  OutputFile file(path);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

// While it lives, no file grows beyond so many bytes: the disk is full, as far as write can tell.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit small{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit old_;
  void (*handler_)(int);
};

// While it lives, the folder may not be written to; root, whom no permission stops, becomes nobody.
class ReadOnly {
 public:
  explicit ReadOnly(const Temporary& folder) : folder_(folder) {
    ::chmod(folder.path().c_str(), 0555);
    if (root_ && ::seteuid(65534) != 0) fail(Code::kIo, "cannot become nobody");
  }
  ~ReadOnly() {
    if (root_ && ::seteuid(0) != 0) std::terminate();
    ::chmod(folder_.path().c_str(), 0755);
  }

 private:
  const Temporary& folder_;
  const bool root_ = ::geteuid() == 0;
};

}  // namespace

TEST("InputFile") {
  const Temporary folder;
  const InputFile file(folder.put("a", "0123456789"));
  char got[4] = {};
  file.read(6, got, 4);
  expect("InputFile reads at a position", file.size() == 10 && std::string(got, 4) == "6789");
  expect_error("InputFile reads nothing past the end", Code::kIo, "1 more bytes at 10", [&] { file.read(7, got, 4); });
  std::filesystem::resize_file(folder / "a", 8);
  expect_error("InputFile survives a file that is cut short", Code::kIo, "it had 10 when it was opened",
               [&] { file.read(6, got, 4); });
  expect_error("InputFile names a missing file and the reason", Code::kIo, "b: No such file",
               [&] { InputFile(folder / "b"); });
  expect_error("InputFile refuses a directory", Code::kIo, "a regular file", [&] { InputFile(folder.path()); });
  ::mkfifo((folder / "pipe").c_str(), 0600);
  expect_error("InputFile refuses a pipe without waiting", Code::kIo, "a regular file",
               [&] { InputFile(folder / "pipe"); });
}

TEST("OutputFile") {
  const Temporary folder;
  replace(folder / "a", "old");
  replace(folder / "a", "new and longer");
  expect("OutputFile replaces a file and leaves no other", folder.get("a") == "new and longer" && folder.files() == 1);
  {
    OutputFile file(folder / "a");
    file.write("torn", 4);
    expect("OutputFile shows nothing before its commit", folder.get("a") == "new and longer" && folder.files() == 2);
    expect_error("OutputFile has one writer at a time", Code::kBusy, "is being written",
                 [&] { OutputFile(folder / "a"); });
  }
  expect("OutputFile without a commit leaves nothing", folder.get("a") == "new and longer" && folder.files() == 1);
  expect_error("OutputFile names a missing folder", Code::kIo, "No such file", [&] { OutputFile(folder / "b/c"); });
  std::filesystem::create_directory(folder / "taken");
  expect_error("OutputFile cannot replace a folder", Code::kIo, "taken", [&] { replace(folder / "taken", "x"); });
  expect("OutputFile removes its temporary file when the rename fails", folder.files() == 2);
  const std::filesystem::path here = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  replace("bare", "x");
  std::filesystem::current_path(here);
  expect("OutputFile takes a name without a folder", folder.get("bare") == "x" && folder.files() == 3);
}

TEST("OutputFile on a disk that fails") {
  const Temporary folder;
  replace(folder / "a", "old");
  {
    const FullDisk disk(100);
    expect_error("OutputFile reports a full disk", Code::kIo, "Cannot write",
                 [&] { replace(folder / "a", std::string(1000, 'x')); });
  }
  expect("OutputFile keeps the old file on a full disk", folder.get("a") == "old" && folder.files() == 1);
  {
    const ReadOnly guard(folder);
    expect_error("OutputFile reports a read-only folder", Code::kIo, "Permission denied",
                 [&] { replace(folder / "a", "new"); });
  }
  expect("OutputFile keeps the old file in a read-only folder", folder.get("a") == "old" && folder.files() == 1);
}

TEST("OutputFile of a killed process") {
  const Temporary folder;
  replace(folder / "a", "old");
  int ready[2];
  if (!expect("OutputFile: a pipe to the writer", ::pipe(ready) == 0)) return;
  const pid_t writer = ::fork();
  if (writer == 0) {
    OutputFile file(folder / "a");
    file.write("torn", 4);
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    ::pause();
  }
  char byte;
  const bool wrote = ::read(ready[0], &byte, 1) == 1;
  replace(folder / "a", "second");
  expect("OutputFile leaves alone what another process is writing", wrote && folder.files() == 2);
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  expect("OutputFile: a killed writer leaves the old file", folder.get("a") == "second" && folder.files() == 2);
  replace(folder / "a", "third");
  expect("OutputFile removes what a killed writer left", folder.get("a") == "third" && folder.files() == 1);
  ::close(ready[0]);
  ::close(ready[1]);
}
