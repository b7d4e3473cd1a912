#include "../../../native/optimizers/registry.h"
#include "../check.h"

using namespace sophia;
using check::expect, check::expect_error;

TEST("The registry of optimizers") {
  std::string names;
  for_each_optimizer([&]<class O>() { names += text(O::kName, "(", kSlotCount<O>, "/", O::kWritten, ") "); });
  expect("registry: every optimizer, with its slots and how many are written",
         names ==
             "adamw(2/2) lion(1/1) sgd(1/1) sophia-g(2/1) sophia(2/1) nadamw(2/2) "
             "cautious-adamw(2/2) cautious-lion(1/1) mars(3/3) adam-mini(1/1) rms-momentum(1/1) ");

  double beta1 = 0;
  with_optimizer("lion", [&]<class O>() {
    if constexpr (std::is_same_v<O, Lion>) beta1 = read_hyper<O>({{"beta1", 0.9}, {"beta2", 0.99}}).beta1;
  });
  expect("registry: an optimizer is found by its name and reads its fields", beta1 == 0.9);
  expect_error("registry: an unknown name is answered with the known ones", Code::kInvalidArgument,
               "Expected an optimizer of adamw, lion, sgd, sophia-g, sophia, nadamw, "
               "cautious-adamw, cautious-lion, mars, adam-mini, rms-momentum, got adam",
               [] { with_optimizer("adam", []<class O>() {}); });
  expect_error("registry: a missing field is named", Code::kInvalidArgument, "Expected lion to have `beta2`",
               [] { read_hyper<Lion>({{"beta1", 0.9}}); });
  expect_error("registry: a field too many is named", Code::kInvalidArgument, "Expected no `rho`: lion",
               [] { read_hyper<Lion>({{"beta1", 0.9}, {"beta2", 0.99}, {"rho", 1}}); });
  expect_error("registry: what is read is checked", Code::kInvalidArgument, "`gamma`",
               [] { read_hyper<Sophia>({{"beta1", 0.9}, {"beta2", 0.99}, {"gamma", -1}, {"epsilon", 1e-12}}); });
}
