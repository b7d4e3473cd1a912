#include "../../../native/math/average.h"
#include "../check.h"

using namespace sophia;
using check::expect;

TEST("MovingAverage") {
  const MovingAverage<float> average(0.965), scaled(0.99, 480);
  expect("1 - beta is formed in double", average.take == 0.035f && 1 - 0.965f != 0.035f);
  expect("the scale is applied in double", scaled.take == static_cast<float>((1 - 0.99) * 480));
  const float m = 0.3f, x = -0.7f;
  expect("the product with the average is rounded first", average.next(m, x) == std::fma(0.035f, x, m * 0.965f));
  expect("a square is taken on the way", scaled.next_square(m, x) == std::fma(scaled.take * x, x, m * 0.99f));
}
