#include "../../../native/train/schedule.h"
#include "../check.h"

namespace {

using namespace sophia;

void near(const std::string& name, double got, double want) { check::expect(name, std::abs(got - want), 1e-15); }

}  // namespace

TEST("Schedules") {
  const Schedule cosine{.shape = Shape::kCosine, .peak = 1, .warmup = 4, .steps = 14, .final_ratio = 0.1};
  near("warm-up starts above zero", learning_rate(cosine, 0), 0.2);
  near("warm-up ends below the peak", learning_rate(cosine, 3), 0.8);
  near("the peak follows", learning_rate(cosine, 4), 1);
  near("cosine is half way in the middle", learning_rate(cosine, 9), 0.55);
  near("cosine ends at its ratio", learning_rate(cosine, 14), 0.1);
  near("and stays there", learning_rate(cosine, 1000), 0.1);

  Schedule linear = cosine;
  linear.shape = Shape::kLinear;
  near("linear is half way in the middle", learning_rate(linear, 9), 0.55);
  near("linear is a quarter down after a quarter", learning_rate({.shape = Shape::kLinear, .peak = 2, .steps = 8}, 2),
       1.5);
  near("constant stays", learning_rate({.shape = Shape::kConstant, .peak = 3, .steps = 8}, 7), 3);

  const Schedule wsd{
      .shape = Shape::kWarmupStableDecay, .peak = 1, .warmup = 2, .steps = 20, .decay_steps = 5, .final_ratio = 0.2};
  near("wsd is stable before its decay", learning_rate(wsd, 15), 1);
  near("wsd falls linearly", learning_rate(wsd, 17), 1 - 0.8 * 0.4);
  near("wsd ends at its ratio", learning_rate(wsd, 20), 0.2);

  Schedule official = cosine;
  official.warmup_from_zero = true;
  near("the official warm-up starts at zero", learning_rate(official, 0), 0);
  near("and is step / warmup", learning_rate(official, 3), 0.75);
  near("no warm-up at all", learning_rate({.shape = Shape::kCosine, .peak = 1, .steps = 10}, 0), 1);
}
