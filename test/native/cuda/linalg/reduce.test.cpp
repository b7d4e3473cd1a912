#include "../../../../native/linalg/reduce.h"
#include <algorithm>
#include <cmath>
#include <random>
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;

namespace {

using Numbers = std::vector<float>;

Numbers draw(int count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Numbers x(static_cast<std::size_t>(count));
  for (auto& v : x) v = normal(random);
  return x;
}

// A matrix and the sums that its columns are added to, with tangents.
struct Matrix {
  int rows, columns;
  Numbers value = draw(rows * columns, 1), tangent = draw(rows * columns, 2);
  Numbers start = draw(columns, 3), dstart = draw(columns, 4);

  // The sums as float, and as Dual: values, tangents, and tangents where the value half of the sums is absent; and
  // those of x in bf16.
  std::vector<Numbers> sums(int shift) const {
    Cuda on;
    DeviceVector<float> x(on, value, shift), dx(on, tangent, shift);
    DeviceVector<float> plain(on, start, shift), s(on, start, shift), ds(on, dstart, shift), alone(on, dstart, shift);
    const View<Dual<float>> both{x.data(), dx.data()};
    add_column_sums(on, rows, columns, View<float>{x.data()}, View<float>{plain.data()});
    add_column_sums(on, rows, columns, both, View<Dual<float>>{s.data(), ds.data()});
    add_column_sums(on, rows, columns, both, View<Dual<float>>{nullptr, alone.data()});
    DeviceVector<Bf16> half(on, std::vector<Bf16>(value.begin(), value.end()), shift);
    DeviceVector<float> of_half(on, start, shift);
    add_column_sums(on, rows, columns, View<Bf16>{half.data()}, View<float>{of_half.data()});
    return {plain.read(), s.read(), ds.read(), alone.read(), of_half.read()};
  }
  Matrix rounded() const {
    Matrix m = *this;
    for (float& number : m.value) number = as_bf16(number);
    return m;
  }
  double worst(const Numbers& sum, const Numbers& dsum) const {
    double worst = 0;
    for (int c = 0; c < columns; ++c) {
      const auto at = static_cast<std::size_t>(c);
      double want = start[at], dwant = dstart[at], size = 1;
      for (int r = 0; r < rows; ++r) {
        const auto element = static_cast<std::size_t>(r * columns + c);
        want += value[element];
        dwant += tangent[element];
        size += std::abs(value[element]) + std::abs(tangent[element]);
      }
      worst = std::max({worst, std::abs(sum[at] - want) / size, std::abs(dsum[at] - dwant) / size});
    }
    return worst;
  }
};

}  // namespace

TEST("Column sums on cuda") {
  for (const auto& [rows, columns] :
       {std::pair{0, 5}, {1, 1}, {1, 40}, {7, 16}, {128, 33}, {129, 5}, {1000, 97}, {513, 700}, {16500, 4}}) {
    const Matrix m{rows, columns};
    for (const int shift : {0, 1}) {
      const auto got = m.sums(shift);
      const std::string name = text("column sums on cuda of ", rows, "×", columns, " at shift ", shift);
      check::expect(name, m.worst(got[1], got[2]), 1e-6);
      check::expect(name + " in bf16", m.rounded().worst(got[4], got[2]), 1e-6);
      check::expect(name + ": the values of Dual have the bits of float", got[0] == got[1]);
      check::expect(name + ": tangents alone", got[2] == got[3]);
    }
  }
}

TEST("Column sums on cuda, emulated") {
  const Matrix m{513, 132};
  emulated::same_in_every_order("Column sums on cuda", [&] { return m.sums(0); });
}

namespace {

template <class T>
void traffic(const std::string& pass) {
  constexpr int kRows = 512, kColumns = 768;
  constexpr std::uint64_t least = sizeof(T) * kRows * kColumns + sizeof(float) * 2 * kColumns;
  const Numbers numbers = draw(kRows * kColumns, 1);
  Cuda on;
  DeviceVector<T> x(on, std::vector<T>(numbers.begin(), numbers.end()));
  DeviceVector<float> sums(on, draw(kColumns, 2));
  const auto work = [&] { add_column_sums(on, kRows, kColumns, View<T>{x.data()}, View<float>{sums.data()}); };
  const auto counted = emulated::expect_requests(pass, least, work);
  check::expect(pass + ": no bank conflicts", counted.shared.conflicts() == 0);
  emulated::expect_row({pass, "512 × 768", "the matrix; the sums, twice", least}, work);
}

}  // namespace

TEST("Column sums on cuda: traffic") {
  traffic<float>("column sums");
  traffic<Bf16>("column sums, bf16");
}
