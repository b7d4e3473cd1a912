// A cuBLASLt without a GPU: plain loops, run in stream order, and strict about all that the real one is strict about,
// so that wrong use of it is found. Everything is column-major here.
#include "cublaslt_stub.h"
#include <cstring>
#include <set>
#include "../../../native/cuda/cublaslt_api.h"
#include "../../../native/math/bf16.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace sophia::lt {

struct Context {};
struct Desc {
  ComputeType compute;
  Operation a = kAsIs, b = kAsIs;
  Epilogue epilogue = kPlain;
  const void* bias = nullptr;
};
struct Layout {
  DataType type;
  std::int64_t rows, columns, ld;
  std::int32_t batch = 1;
  std::int64_t stride = 0;
};
struct Preference {
  std::uint64_t workspace = 0;
  std::uint32_t alignment[4] = {256, 256, 256, 256};
};

namespace {

constexpr std::size_t kWorkspace = 4096;  // what every algorithm of the stub wants, if it may
CublasltHooks hooks = {};
CublasltCounts counts = {};
std::set<const void*> alive;

template <class T, class... Arguments>
Status create(T** to, Arguments... arguments) {
  if (to == nullptr) return kInvalidValue;
  alive.insert(*to = new T{arguments...});
  return kSuccess;
}
template <class T>
Status destroy(T* object) {
  if (alive.erase(object) == 0) return kInvalidValue;
  delete object;
  return kSuccess;
}
template <class... Objects>
bool all_alive(Objects... objects) {
  return (alive.count(objects) && ...);
}
template <class T>
Status set(T& to, const void* value, std::size_t bytes) {
  if (value == nullptr || bytes != sizeof(T)) return kInvalidValue;
  std::memcpy(&to, value, bytes);
  return kSuccess;
}

std::size_t size(DataType type) { return type == kFloat ? 4 : 2; }
bool is_aligned(const void* address, std::uint64_t to) { return reinterpret_cast<std::uintptr_t>(address) % to == 0; }

// A product, all of whose parts are as they must be.
struct Product {
  Desc desc;
  Layout a, b, c;
  float alpha, beta;
  const void *from_a, *from_b;
  void* to;

  std::int64_t depth() const { return desc.a == kAsIs ? a.columns : a.rows; }
  bool fits() const {
    if (a.batch != c.batch || b.batch != c.batch) return false;
    const std::int64_t rows = desc.a == kAsIs ? a.rows : a.columns, columns = desc.b == kAsIs ? b.columns : b.rows;
    return rows == c.rows && columns == c.columns && depth() == (desc.b == kAsIs ? b.rows : b.columns);
  }
  bool types_exist() const {
    const bool floats = a.type == kFloat && b.type == kFloat && c.type == kFloat;
    return floats || (a.type == kBf16 && b.type == kBf16 && desc.compute == kCompute32F);
  }
};

// What an algorithm was chosen for: it serves nothing else.
struct Promise {
  Operation a, b;
  Epilogue epilogue;
  std::uint32_t alignment[4], bias_alignment;
  std::int64_t batch, rows, columns, depth;
};
static_assert(sizeof(Promise) <= sizeof(Algorithm));

Promise promise_of(const Product& p, const Preference& preference) {
  Promise promise = {};
  promise.a = p.desc.a, promise.b = p.desc.b, promise.epilogue = p.desc.epilogue;
  std::memcpy(promise.alignment, preference.alignment, sizeof promise.alignment);
  promise.bias_alignment = is_aligned(p.desc.bias, 16) ? 16 : static_cast<std::uint32_t>(size(p.c.type));
  promise.batch = p.c.batch, promise.rows = p.c.rows, promise.columns = p.c.columns, promise.depth = p.depth();
  return promise;
}

// Matrix number i of a batch.
const void* matrix(const void* first, const Layout& x, std::int64_t i) {
  return static_cast<const char*>(first) + i * x.stride * static_cast<std::int64_t>(size(x.type));
}
// Each of them.
bool are_aligned(const void* first, const Layout& x, std::uint64_t to) {
  return is_aligned(first, to) && (x.batch == 1 || is_aligned(matrix(first, x, 1), to));
}

bool kept(const Promise& made, const Product& p) {
  Preference preference;
  std::memcpy(preference.alignment, made.alignment, sizeof made.alignment);
  Promise now = promise_of(p, preference);
  const bool bias = p.desc.epilogue == kPlain || is_aligned(p.desc.bias, made.bias_alignment);
  now.bias_alignment = made.bias_alignment;
  return std::memcmp(&made, &now, sizeof made) == 0 && bias && are_aligned(p.from_a, p.a, made.alignment[0]) &&
         are_aligned(p.from_b, p.b, made.alignment[1]) && are_aligned(p.to, p.c, made.alignment[3]);
}

bool holds(const void* memory, const Layout& layout) {
  const std::int64_t one = (layout.columns - 1) * layout.ld + layout.rows;
  return hooks.valid(memory, size(layout.type) * static_cast<std::size_t>((layout.batch - 1) * layout.stride + one));
}

float number(const void* memory, DataType type, std::int64_t i) {
  return type == kFloat ? static_cast<const float*>(memory)[i] : as_float(static_cast<const Bf16*>(memory)[i]);
}
float element(const void* memory, const Layout& x, Operation operation, std::int64_t row, std::int64_t column) {
  return number(memory, x.type, operation == kAsIs ? column * x.ld + row : row * x.ld + column);
}
// As the hardware multiplies it.
float factor(float x, ComputeType compute) {
  return compute == kFastTf32 && x == x ? bfloat::of_bits((bfloat::bits_of(x) + 0x1000) & ~0x1fffu) : x;
}

void multiply_one(const Product& p) {
  for (std::int64_t j = 0; j < p.c.columns; ++j) {
    for (std::int64_t i = 0; i < p.c.rows; ++i) {
      double sum = 0;
      for (std::int64_t d = 0; d < p.depth(); ++d)
        sum += static_cast<double>(factor(element(p.from_a, p.a, p.desc.a, i, d), p.desc.compute)) *
               factor(element(p.from_b, p.b, p.desc.b, d, j), p.desc.compute);
      sum *= p.alpha;
      const std::int64_t at = j * p.c.ld + i;
      if (p.beta != 0) sum += p.beta * number(p.to, p.c.type, at);  // of zero nothing is read
      if (p.desc.epilogue == kBias) sum += number(p.desc.bias, p.c.type, i);
      if (p.c.type == kFloat) static_cast<float*>(p.to)[at] = static_cast<float>(sum);
      else static_cast<Bf16*>(p.to)[at] = as_bf16(static_cast<float>(sum));
    }
    hooks.written(static_cast<char*>(p.to) + static_cast<std::size_t>(j * p.c.ld) * size(p.c.type),
                  static_cast<std::size_t>(p.c.rows) * size(p.c.type));
  }
}

void multiply(const Product& p) {
  for (std::int64_t i = 0; i < p.c.batch; ++i) {
    Product one = p;
    one.from_a = matrix(p.from_a, p.a, i), one.from_b = matrix(p.from_b, p.b, i);
    one.to = const_cast<void*>(matrix(p.to, p.c, i));
    multiply_one(one);
  }
}

}  // namespace

EXPORT void sophia_stub_use(const CublasltHooks& given) { hooks = given; }
EXPORT CublasltCounts sophia_stub_counts() {
  counts.alive = static_cast<int>(alive.size());
  return counts;
}

EXPORT const char* cublasLtGetStatusString(Status status) {
  return status == kSuccess ? "success" : status == kNotSupported ? "not supported" : "invalid value";
}
EXPORT Status cublasLtCreate(Context** to) { return create(to); }
EXPORT Status cublasLtDestroy(Context* context) { return destroy(context); }

EXPORT Status cublasLtMatmulDescCreate(Desc** to, ComputeType compute, DataType scale) {
  if ((compute != kCompute32F && compute != kFastTf32) || scale != kFloat) return kInvalidValue;
  return create(to, compute);
}
EXPORT Status cublasLtMatmulDescDestroy(Desc* desc) { return destroy(desc); }
EXPORT Status cublasLtMatmulDescSetAttribute(Desc* desc, DescAttribute attribute, const void* value,
                                             std::size_t bytes) {
  if (!all_alive(desc)) return kInvalidValue;
  switch (attribute) {
    case kTransposeA: return set(desc->a, value, bytes);
    case kTransposeB: return set(desc->b, value, bytes);
    case kEpilogue: return set(desc->epilogue, value, bytes);
    case kBiasPointer: return set(desc->bias, value, bytes);
  }
  return kInvalidValue;
}

EXPORT Status cublasLtMatrixLayoutCreate(Layout** to, DataType type, std::uint64_t rows, std::uint64_t columns,
                                         std::int64_t ld) {
  const auto height = static_cast<std::int64_t>(rows), width = static_cast<std::int64_t>(columns);
  if ((type != kFloat && type != kBf16) || height <= 0 || width <= 0 || ld < height) return kInvalidValue;
  return create(to, type, height, width, ld);
}
EXPORT Status cublasLtMatrixLayoutDestroy(Layout* layout) { return destroy(layout); }
EXPORT Status cublasLtMatrixLayoutSetAttribute(Layout* layout, LayoutAttribute attribute, const void* value,
                                               std::size_t bytes) {
  if (!all_alive(layout)) return kInvalidValue;
  switch (attribute) {
    case kBatchCount: return set(layout->batch, value, bytes);
    case kBatchStride: return set(layout->stride, value, bytes);
  }
  return kInvalidValue;
}

EXPORT Status cublasLtMatmulPreferenceCreate(Preference** to) { return create(to); }
EXPORT Status cublasLtMatmulPreferenceDestroy(Preference* preference) { return destroy(preference); }
EXPORT Status cublasLtMatmulPreferenceSetAttribute(Preference* preference, PreferenceAttribute attribute,
                                                   const void* value, std::size_t bytes) {
  if (!all_alive(preference)) return kInvalidValue;
  switch (attribute) {
    case kMaxWorkspaceBytes: return set(preference->workspace, value, bytes);
    case kMinAlignmentA:
    case kMinAlignmentB:
    case kMinAlignmentC:
    case kMinAlignmentD: return set(preference->alignment[attribute - kMinAlignmentA], value, bytes);
  }
  return kInvalidValue;
}

EXPORT Status cublasLtMatmulAlgoGetHeuristic(Context* context, Desc* desc, Layout* a, Layout* b, Layout* c, Layout* d,
                                             Preference* preference, int wanted, Heuristic* to, int* found) {
  if (!all_alive(context, desc, a, b, c, d, preference) || wanted < 1 || to == nullptr || found == nullptr || c != d)
    return kInvalidValue;
  ++counts.heuristics;
  *found = 0;
  const Product p{*desc, *a, *b, *c, 1, 0, nullptr, nullptr, nullptr};
  if (!p.fits() || (desc->epilogue != kPlain && desc->epilogue != kBias)) return kInvalidValue;
  const Layout* const layouts[] = {a, b, c, d};
  for (int i = 0; i < 4; ++i)
    if (preference->alignment[i] % size(layouts[i]->type) != 0) return kInvalidValue;
  if (hooks.refuses || !p.types_exist()) return kNotSupported;
  const Promise promise = promise_of(p, *preference);
  *to = {};
  std::memcpy(&to->algorithm, &promise, sizeof promise);
  to->workspace = preference->workspace >= kWorkspace ? kWorkspace : 0;
  *found = 1;
  return kSuccess;
}

EXPORT Status cublasLtMatmul(Context* context, Desc* desc, const void* alpha, const void* a, Layout* of_a,
                             const void* b, Layout* of_b, const void* beta, const void* c, Layout* of_c, void* d,
                             Layout* of_d, const Algorithm* algorithm, void* workspace, std::size_t workspace_bytes,
                             void* stream) {
  if (!all_alive(context, desc, of_a, of_b, of_c, of_d) || alpha == nullptr || beta == nullptr ||
      algorithm == nullptr || c != d || of_c != of_d)
    return kInvalidValue;
  const Product p{*desc, *of_a, *of_b, *of_c, *static_cast<const float*>(alpha), *static_cast<const float*>(beta),
                  a,     b,     d};
  Promise promise;
  std::memcpy(&promise, algorithm, sizeof promise);
  if (!p.fits() || !kept(promise, p)) return kInvalidValue;
  if (!holds(a, *of_a) || !holds(b, *of_b) || !holds(d, *of_d)) return kInvalidValue;
  if (desc->epilogue == kBias && !hooks.valid(desc->bias, size(of_c->type) * static_cast<std::size_t>(of_c->rows)))
    return kInvalidValue;
  if (workspace_bytes != kWorkspace || !is_aligned(workspace, 256) || !hooks.valid(workspace, workspace_bytes))
    return kInvalidValue;
  ++counts.products;
  const auto run = [](void* argument) { multiply(*static_cast<Product*>(argument)); };
  hooks.enqueue(stream, run, new Product(p), [](void* argument) { delete static_cast<Product*>(argument); });
  return kSuccess;
}

}  // namespace sophia::lt
