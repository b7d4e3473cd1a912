#include "../../../native/core/turn.h"
#include <optional>
#include "../check.h"

using namespace sophia;
using check::expect;

TEST("Turns") {
  int released = 0;
  Turn turn("thing", [&] { ++released; });
  {
    const Turn::Hold hold(turn);
    check::expect_error("while one has it", Code::kBusy, "thing", [&] { Turn::Hold other(turn); });
    check::expect_error("nobody books it", Code::kBusy, "thing", [&] { turn.reserve(); });
  }
  turn.reserve();
  check::expect_error("a booking keeps short calls away", Code::kBusy, "thing", [&] { Turn::Hold other(turn); });
  turn.free_reservation();
  {
    const Turn::Hold hold(turn);
  }
  turn.reserve();
  std::optional<Turn::Hold> hold(std::in_place, turn, Turn::Hold::kLong);
  turn.end();
  expect("nothing is released under a call", released == 0);
  hold.reset();
  expect("but when it has ended", released == 1);
  check::expect_error("and nobody gets another", Code::kDisposed, "thing", [&] { Turn::Hold other(turn); });
  check::expect_error("nor books one", Code::kDisposed, "thing", [&] { turn.reserve(); });
}
