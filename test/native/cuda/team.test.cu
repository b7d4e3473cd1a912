// A warp and a block over rows of every length, in both widths, against plain loops on the host.
#include "../../../native/cuda/team.h"
#include <random>
#include "../../../native/core/arena.h"
#include "../check.h"

namespace sophia {
namespace {

constexpr int kRows = 301, kStride = 300;  // row r has r numbers
constexpr int kLanes = 32;

// Every lane leaves the sum and the largest of its row; each() leaves the row plus one. Of a block's lanes the last 32.
template <class Team>
__global__ void row_kernel(View<Dual<float>> x, View<Dual<float>> sums, View<float> largest, View<Dual<float>> y) {
  const int count = static_cast<int>(blockIdx.x), at = count * kLanes + static_cast<int>(threadIdx.x);
  const auto row = x.row(count, kStride), out = y.row(count, kStride);
  const Team team;
  const auto twice = team.sum(count, [&](auto i) { return row[i] + row[i]; });
  const auto sum = team.sum(count, [&](auto i) { return row[i]; }) * 3.0f - twice;
  const float most = team.max(count, [&](auto i) { return primal(row[i]); });
  if (threadIdx.y == blockDim.y - 1) sums.store(at, sum), largest.store(at, most);
  team.each(count, [&](auto i) { out.store(i, row[i] + 1.0f); });
}

__global__ void lanes_kernel(double* sums, double* seventh, int* leaders) {
  const Warp<1> team;
  const double lane = threadIdx.x;
  sums[threadIdx.x] = team.sum_of_lanes(lane);
  seventh[threadIdx.x] = team.of_lane(lane, 7);
  if (team.leads()) atomicAdd(leaders, 1);
}

using Numbers = std::vector<float>;

Numbers read(Cuda& on, const float* device, std::size_t size) {
  Numbers host(size);
  on.download(host.data(), device, static_cast<std::int64_t>(size));
  return host;
}

// The sums of x[r][0..r) are right and the same in every lane.
bool right_sums(const Numbers& sums, const Numbers& x) {
  bool right = true;
  for (std::size_t r = 0; r < kRows; ++r) {
    double want = 0;
    for (std::size_t i = 0; i < r; ++i) want += x[r * kStride + i];
    for (std::size_t l = 0; l < kLanes; ++l)
      right &= std::abs(sums[r * kLanes + l] - want) < 1e-5 && sums[r * kLanes + l] == sums[r * kLanes];
  }
  return right;
}

bool right_maxima(const Numbers& largest, const Numbers& x) {
  bool right = true;
  for (std::size_t r = 0; r < kRows; ++r) {
    float want = -INFINITY;
    for (std::size_t i = 0; i < r; ++i) want = std::max(want, x[r * kStride + i]);
    for (std::size_t l = 0; l < kLanes; ++l) right &= largest[r * kLanes + l] == want;
  }
  return right;
}

// Rows plus one, and nothing stored behind them.
bool right_rows(const Numbers& y, const Numbers& x, float added) {
  bool right = true;
  for (std::size_t r = 0; r < kRows; ++r)
    for (std::size_t i = 0; i < kStride; ++i) right &= y[r * kStride + i] == (i < r ? x[r * kStride + i] + added : 0);
  return right;
}

template <class Team>
void expect_rows(const std::string& name, dim3 threads) {
  constexpr std::size_t kSize = kRows * kStride;
  Cuda on;
  const Arena<Cuda, float> arena(on, 7 * kSize);
  const auto part = [&](std::size_t i) { return arena.data() + i * kSize; };
  Numbers x(kSize), dx(kSize);
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < kSize; ++i) x[i] = normal(random), dx[i] = normal(random);
  on.upload(part(0), x.data(), kSize);
  on.upload(part(1), dx.data(), kSize);
  on.launch("row", {kRows, threads}, row_kernel<Team>, View<Dual<float>>{part(0), part(1)},
            View<Dual<float>>{part(2), part(3)}, View<float>{part(4)}, View<Dual<float>>{part(5), part(6)});

  check::expect(name + " sums rows of 0 to 300 numbers, and their tangents",
                right_sums(read(on, part(2), kSize), x) && right_sums(read(on, part(3), kSize), dx));
  check::expect(name + " finds the largest of a row", right_maxima(read(on, part(4), kSize), x));
  check::expect(name + " visits each number of a row",
                right_rows(read(on, part(5), kSize), x, 1) && right_rows(read(on, part(6), kSize), dx, 0));
}

}  // namespace

TEST("Team") {
  expect_rows<Warp<4>>("Warp<4>", kLanes);
  expect_rows<Warp<1>>("Warp<1>", kLanes);
  expect_rows<Block<4, 2>>("Block<4, 2>", Block<4, 2>::threads());
  expect_rows<Block<1, 8>>("Block<1, 8>", Block<1, 8>::threads());

  Cuda on;
  const Arena<Cuda, double> sums(on, kLanes), seventh(on, kLanes);
  const Arena<Cuda, int> leaders(on, 1);
  on.launch("lanes", {1, kLanes}, lanes_kernel, sums.data(), seventh.data(), leaders.data());
  std::vector<double> all(kLanes);
  int count = 0;
  on.download(all.data(), sums.data(), kLanes);
  on.download(&count, leaders.data(), 1);
  check::expect("A warp sums doubles over its lanes", all == std::vector<double>(kLanes, 496));
  on.download(all.data(), seventh.data(), kLanes);
  check::expect("A warp learns the number of one lane", all == std::vector<double>(kLanes, 7));
  check::expect("A warp has one leader", count == 1);
}

}  // namespace sophia
