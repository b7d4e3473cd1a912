#include "../../../native/optimizers/registry.h"
#include "../check.h"

using namespace sophia;
using check::expect, check::expect_error;

TEST("The registry of optimizers") {
  std::string names;
  bool whole = true;
  for_each_optimizer([&]<class O>() {
    whole &= kSlotCount<O> > 0 && (", " + names + ",").find(text(", ", O::kName, ",")) == std::string::npos;
    if constexpr (MovesMatrices<O>) whole &= O::kNumberSlots <= kSlotCount<O>;
    else whole &= O::kWritten <= kSlotCount<O>;
    names += text(names.empty() ? "" : ", ", O::kName);
  });
  expect("registry: every optimizer has a name of its own, and writes no more slots than it has", whole);

  double beta1 = 0;
  with_optimizer("lion", [&]<class O>() {
    if constexpr (std::is_same_v<O, Lion>) beta1 = read_hyper<O>({{"beta1", 0.9}, {"beta2", 0.99}}).beta1;
  });
  expect("registry: an optimizer is found by its name and reads its fields", beta1 == 0.9);
  expect_error("registry: an unknown name is answered with the known ones", Code::kInvalidArgument,
               text("Expected an optimizer of ", names, ", got adam"),
               [] { with_optimizer("adam", []<class O>() {}); });
  expect_error("registry: a missing field is named", Code::kInvalidArgument, "Expected lion to have `beta2`",
               [] { read_hyper<Lion>({{"beta1", 0.9}}); });
  expect_error("registry: a field too many is named", Code::kInvalidArgument, "Expected no `rho`: lion",
               [] { read_hyper<Lion>({{"beta1", 0.9}, {"beta2", 0.99}, {"rho", 1}}); });
  expect_error("registry: what is read is checked", Code::kInvalidArgument, "`gamma`",
               [] { read_hyper<Sophia>({{"beta1", 0.9}, {"beta2", 0.99}, {"gamma", -1}, {"epsilon", 1e-12}}); });
}
