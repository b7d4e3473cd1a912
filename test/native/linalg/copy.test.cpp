#include "../../../native/linalg/copy.h"
#include "../law.h"

using namespace sophia;

namespace {

constexpr int N = Isa::kLanes;
constexpr float kUntouched = -1;

// Where element (r, c) of the source goes in a target of `to_stride`; zeros up to whole packs behind it when padded.
std::vector<float> expected(int rows, int columns, int to_stride, bool transposed, bool pad, size_t size) {
  std::vector<float> to(size, kUntouched);
  const int to_rows = transposed ? columns : rows, to_columns = transposed ? rows : columns;
  for (int r = 0; r < to_rows; ++r) {
    if (pad) std::fill_n(to.begin() + r * to_stride, (to_columns + N - 1) / N * N, 0.0f);
    for (int c = 0; c < to_columns; ++c)
      to[r * to_stride + c] = static_cast<float>(transposed ? c * 1000 + r : r * 1000 + c);
  }
  return to;
}

}  // namespace

TEST("copy") {
  for (const auto& [rows, columns] : {std::pair{1, 1}, {64, 32}, {16, 16}, {7, 5}, {33, 48}, {48, 17}, {3, 70}})
    for (const bool pad : {false, true}) {
      constexpr int kStride = 96, kFromStride = 75;
      std::vector<float> from(rows * kFromStride, std::numeric_limits<float>::quiet_NaN());
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) from[r * kFromStride + c] = static_cast<float>(r * 1000 + c);
      from.resize((rows - 1) * kFromStride + columns);  // a sanitizer sees a step beyond the last element
      std::vector<float> same(80 * kStride, kUntouched), turned = same;
      copy_rows<N>(rows, columns, View<float>{from.data()}, kFromStride, View<float>{same.data()}, kStride, pad);
      copy_transposed<N>(rows, columns, View<float>{from.data()}, kFromStride, View<float>{turned.data()}, kStride,
                         pad);
      const std::string who = text(rows, "×", columns, pad ? " padded" : "", " on ", Isa::kName);
      check::expect("copy of rows " + who, same == expected(rows, columns, kStride, false, pad, same.size()));
      check::expect("transposed copy " + who, turned == expected(rows, columns, kStride, true, pad, turned.size()));
    }
}
