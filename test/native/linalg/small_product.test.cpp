#include "../../../native/linalg/small_product.h"
#include "../law.h"

using namespace sophia;

namespace {

// Every matrix lies inside a larger one full of this, so that a number touched outside shows.
constexpr double kOutside = 1e30;

template <class T>
struct Matrix {
  std::ptrdiff_t stride;
  std::vector<T> room;

  Matrix(int rows, int columns, std::mt19937* random) : stride(columns + 3), room(1 + rows * stride, T(kOutside)) {
    std::normal_distribution<double> normal;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) at(r, c) = random ? static_cast<T>(static_cast<float>(normal(*random))) : T(0);
  }
  T& at(int r, int c) { return room[1 + r * stride + c]; }
  View<T> view() { return {room.data() + 1}; }
};

struct Size {
  int m, n, k;
};

// ‖got − want‖/‖want‖ of op(A)·B (+ C), and whether anything outside C changed.
template <class T, int N>
void check_product(const std::string& isa, const Size& size, bool transposed, bool add, double tolerance) {
  std::mt19937 random(7);
  const auto [m, n, k] = size;
  Matrix<T> a(transposed ? k : m, transposed ? m : k, &random), b(k, n, &random), c(m, n, &random), before = c;
  multiply<N>({.m = m,
               .n = n,
               .k = k,
               .lda = a.stride,
               .ldb = b.stride,
               .ldc = c.stride,
               .transpose_a = transposed,
               .add = add},
              a.view(), b.view(), c.view());
  law::Vector got, want;
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = add ? before.at(i, j) : 0;
      for (int d = 0; d < k; ++d) sum += static_cast<double>(transposed ? a.at(d, i) : a.at(i, d)) * b.at(d, j);
      got.push_back(c.at(i, j));
      want.push_back(sum);
      c.at(i, j) = before.at(i, j);
    }
  const std::string who =
      text("small product ", m, "×", n, "×", k, transposed ? " transposed" : "", add ? " added" : "", " on ", isa);
  check::expect(who, law::error(got, want), tolerance);
  check::expect(who + " touches nothing else", c.room == before.room);
}

template <class T, int N>
void check_products(const std::string& isa, double tolerance) {
  for (const Size& size :
       {Size{1, 1, 1}, {6, 64, 32}, {16, 48, 5}, {64, 64, 64}, {7, 33, 19}, {13, 5, 7}, {3, 130, 2}, {2, 16, 0}})
    for (const bool transposed : {false, true})
      for (const bool add : {false, true}) check_product<T, N>(isa, size, transposed, add, tolerance);
}

}  // namespace

TEST("small product") {
  constexpr double kFloat = 1e-6, kDouble = 1e-14;
  check_products<float, Isa::kLanes>(Isa::kName, kFloat);
  check_products<double, 4>("float64", kDouble);
}

TEST("small product obeys the product rule") {
  std::mt19937 random(7);
  constexpr int kSize = 21, N = Isa::kLanes;
  Matrix<float> a(kSize, kSize, &random), da(kSize, kSize, &random), b(kSize, kSize, &random),
      db(kSize, kSize, &random);
  Matrix<float> c(kSize, kSize, &random), dc(kSize, kSize, &random), value = c, tangent = dc;
  const SmallProduct shape{.m = kSize, .n = kSize, .k = kSize, .lda = a.stride, .ldb = a.stride, .ldc = a.stride};
  SmallProduct more = shape;
  more.add = true;
  const auto dual = [](Matrix<float>& x, Matrix<float>& dx) {
    return View<Dual<float>>{x.view().value, dx.view().value};
  };
  multiply<N>(shape, dual(a, da), dual(b, db), dual(c, dc));
  multiply<N>(shape, a.view(), b.view(), value.view());
  multiply<N>(shape, da.view(), b.view(), tangent.view());
  multiply<N>(more, a.view(), db.view(), tangent.view());
  check::expect("small product of duals: the value has the bits of float", c.room == value.room);
  check::expect("small product of duals: the tangent is dA·B + A·dB", dc.room == tangent.room);
}

// A row does not know how many other rows there are, nor a column.
TEST("small product gives an element the same bits in any block") {
  std::mt19937 random(7);
  constexpr int kSize = 64, N = Isa::kLanes;
  Matrix<float> a(kSize, kSize, &random), b(kSize, kSize, &random), whole(kSize, kSize, nullptr), single = whole;
  SmallProduct shape{.m = kSize, .n = kSize, .k = kSize, .lda = a.stride, .ldb = b.stride, .ldc = whole.stride};
  multiply<N>(shape, a.view(), b.view(), whole.view());
  shape.m = 1;
  for (int i = 0; i < kSize; ++i)
    multiply<N>(shape, a.view().row(i, a.stride), b.view(), single.view().row(i, single.stride));
  check::expect("small product by rows", whole.room == single.room);
  shape.m = kSize;
  shape.n = 1;
  for (int j = 0; j < kSize; ++j) multiply<N>(shape, a.view(), b.view() + j, single.view() + j);
  check::expect("small product by columns", whole.room == single.room);
}
