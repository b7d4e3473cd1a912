#include "../../../native/cpu/shares.h"
#include <string>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

namespace {

using namespace sophia;

}  // namespace

TEST("Shares are taken in order, and the last of others after that") {
  Shares shares(7, 2);  // 0 1 2 and 3 4 5 6
  std::vector<std::int64_t> taken;
  for (const int thread : {1, 1, 0, 1, 1, 1, 1, 0}) taken.push_back(shares.take(thread));
  check::expect("3 4, 0, 5 6, 2 1, none", taken == std::vector<std::int64_t>{3, 4, 0, 5, 6, 2, 1, -1});
}

TEST("Shares hand out every task once") {
  for (const int threads : {1, 2, 5, 100}) {
    Cpu<Isa> on(threads);
    for (const std::int64_t tasks : {1, 2, 99, 1000}) {
      Shares shares(tasks, threads);
      std::vector<std::atomic<int>> taken(static_cast<size_t>(tasks));
      on.parallel(tasks, [&](std::int64_t, int thread) { ++taken.at(static_cast<size_t>(shares.take(thread))); });
      bool once = true;
      for (const auto& count : taken) once = once && count == 1;
      check::expect(std::to_string(tasks) + " tasks, " + std::to_string(threads) + " threads", once);
      check::expect("none is left", shares.take(0) == -1);
    }
  }
}
