#include "dtype.h"
#include <iterator>

namespace sophia {
namespace {

constexpr const char* kNames[] = {"F64", "F32", "F16", "BF16", "I64", "I32", "I16",
                                  "I8",  "U64", "U32", "U16",  "U8",  "BOOL"};

}  // namespace

const char* name(Dtype dtype) { return kNames[static_cast<size_t>(dtype)]; }

uint64_t bytes(Dtype dtype) {
  return visit(dtype, [](auto element) { return sizeof element; });
}

std::optional<Dtype> dtype_of(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (name == kNames[i]) return static_cast<Dtype>(i);
  return std::nullopt;
}

}  // namespace sophia
