// Dtype: the element types of a safetensors file, and the 16-bit floats as C++ types that convert to float exactly.
#pragma once
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sophia {

enum class Dtype { kF64, kF32, kF16, kBf16, kI64, kI32, kI16, kI8, kU64, kU32, kU16, kU8, kBool };

const char* name(Dtype dtype);  // "F32"
uint64_t bytes(Dtype dtype);    // of one element
std::optional<Dtype> dtype_of(std::string_view name);

// IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of significand.
struct Half {
  uint16_t bits;

  // Moved to float's places the exponent is 112 too small, and a power of two mends that exactly, subnormals included.
  operator float() const {
    const uint32_t sign = (bits & 0x8000u) << 16, rest = bits & 0x7FFFu;
    if (rest >= 0x7C00) return std::bit_cast<float>(sign | 0x7F800000u | (rest & 0x3FFu) << 13);
    const float magnitude = std::bit_cast<float>(rest << 13) * 0x1p112f;
    return sign ? -magnitude : magnitude;
  }
};

// bfloat16: the upper half of a float.
struct Brain {
  uint16_t bits;

  operator float() const { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }
};

// Calls f with a zero of the C++ type that holds one element.
template <class F>
auto visit(Dtype dtype, F f) {
  switch (dtype) {
    case Dtype::kF64: return f(double());
    case Dtype::kF32: return f(float());
    case Dtype::kF16: return f(Half());
    case Dtype::kBf16: return f(Brain());
    case Dtype::kI64: return f(int64_t());
    case Dtype::kI32: return f(int32_t());
    case Dtype::kI16: return f(int16_t());
    case Dtype::kI8: return f(int8_t());
    case Dtype::kU64: return f(uint64_t());
    case Dtype::kU32: return f(uint32_t());
    case Dtype::kU16: return f(uint16_t());
    case Dtype::kU8:
    case Dtype::kBool: break;
  }
  return f(uint8_t());
}

}  // namespace sophia
