#include "../../../native/optimizers/lion.h"
#include "laws.h"

TEST("Lion") {
  const sophia::Lion::Hyper hyper{.beta1 = 0.9, .beta2 = 0.99};
  laws::expect_golden<sophia::Lion>({.name = "lion"}, hyper);
  laws::obey<sophia::Lion>(hyper, 0.01);
  laws::step_is_bounded<sophia::Lion>(hyper);
}

TEST("Lion checks") {
  using sophia::Lion, sophia::Code;
  check::expect_error("Lion rejects a beta1 of 1", Code::kInvalidArgument, "`beta1`", [] { Lion::check({1, 0.99}); });
  check::expect_error("Lion rejects a beta2 of NaN", Code::kInvalidArgument, "got nan",
                      [] { Lion::check({0.9, NAN}); });
}
