#include "../../../native/core/dtype.h"
#include <cmath>
#include "../check.h"

using namespace check;
using namespace sophia;

namespace {

// The definition of IEEE 754: subnormals, normals, infinities and NaN apart.
float half_by_definition(uint16_t bits) {
  const int exponent = bits >> 10 & 31, significand = bits & 1023;
  const float sign = bits >> 15 ? -1.0f : 1.0f;
  if (exponent == 31) return significand ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(significand), -24);
  return sign * std::ldexp(static_cast<float>(1024 + significand), exponent - 25);
}

}  // namespace

TEST("Dtype") {
  int wrong = 0;
  for (int bits = 0; bits < 65536; ++bits) {
    const float got = Half{static_cast<uint16_t>(bits)}, want = half_by_definition(static_cast<uint16_t>(bits));
    wrong += std::isnan(want) ? !std::isnan(got) : std::bit_cast<uint32_t>(got) != std::bit_cast<uint32_t>(want);
  }
  expect("Half is IEEE half precision, all 65536 of them", wrong == 0);
  expect("Brain is the upper half of a float", Brain{0x3FC0} == 1.5f && std::isnan(Brain{0x7FC0}));

  int known = 0;
  for (const char* word : {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"})
    known += dtype_of(word) && name(*dtype_of(word)) == std::string(word);
  expect("Dtype knows thirteen names", known == 13);
  expect("Dtype knows no other", !dtype_of("F8") && !dtype_of("f32") && !dtype_of(""));
  expect("Dtype knows sizes", bytes(Dtype::kF64) == 8 && bytes(Dtype::kF32) == 4 && bytes(Dtype::kBf16) == 2 &&
                                  bytes(Dtype::kI64) == 8 && bytes(Dtype::kU8) == 1 && bytes(Dtype::kBool) == 1);
}
