#include "../../../native/optimizers/adamw.h"
#include "laws.h"

TEST("AdamW") {
  laws::expect_golden<sophia::AdamW>({.name = "adamw"}, {.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8});
  laws::expect_golden<sophia::AdamW>({.name = "adamw_eps1e-3"}, {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-3});
  laws::obey<sophia::AdamW>({.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8}, 0.03);
}

TEST("AdamW checks") {
  using sophia::AdamW, sophia::Code;
  const auto rejects = [](const char* words, AdamW::Hyper h) {
    check::expect_error(std::string("AdamW rejects ") + words, Code::kInvalidArgument, words, [&] { AdamW::check(h); });
  };
  rejects("`beta1` to be in [0, 1), got 1", {1, 0.95, 1e-8});
  rejects("`beta2` to be in [0, 1), got -0.1", {0.9, -0.1, 1e-8});
  rejects("`epsilon` to be positive and finite, got 0", {0.9, 0.95, 0});
}
