#include "../../../native/train/metrics.h"
#include <sys/resource.h>
#include <csignal>
#include "../check.h"
#include "../temporary.h"

using namespace sophia;
using check::expect;

TEST("Metrics after a disk was full in the middle of a line") {
  const check::Temporary folder;
  const std::string first(40, 'a'), second(40, 'b'), third(40, 'c');
  Metrics metrics(folder / "metrics.jsonl", 0);
  metrics.append(first);
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit full{60, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &full);
  check::expect_error("the line is refused", Code::kIo, "Cannot write", [&] { metrics.append(second); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  metrics.append(third);
  expect("the next one stands where it would have stood", folder.get("metrics.jsonl") == first + "\n" + third + "\n");
  expect("and is counted", metrics.bytes() == 82);
}
