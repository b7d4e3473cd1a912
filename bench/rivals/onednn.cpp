// Matrix products of oneDNN: `plain`, operands as they lie in memory, or `packed`, weights laid out once as it likes
// best.
#include <dnnl.hpp>
#include <omp.h>
#include <unordered_map>
#include "product.h"

using namespace contender;
using dnnl::memory;
using Layout = memory::format_tag;
using Type = memory::data_type;

static bool packed;
static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);

static Work sgemm(const Product& p) {
  const auto a = numbers(p.m * p.k, 0), b = numbers(p.k * p.n, 1), c = allocate<float>(p.m * p.n);
  std::fill_n(c.get(), p.m * p.n, 0.0f);
  const auto run = [=] {
    dnnl::sgemm(p.transpose_a ? 'T' : 'N', p.transpose_b ? 'T' : 'N', p.m, p.n, p.k, 1, a.get(), p.lda(), b.get(),
                p.ldb(), p.add ? 1 : 0, c.get(), p.n);
  };
  run();
  return {run, c.get()[0], c.get()[p.m * p.n - 1]};
}

// The memory of a description, from floats that lie as `from` says.
static memory reordered(const memory::desc& to, const memory::dims& sizes, Layout from, int which) {
  const auto values = numbers(sizes[0] * sizes[1], which);
  memory source({sizes, Type::f32, from}, engine, values.get()), target(to, engine);
  dnnl::stream stream(engine);
  dnnl::reorder(source, target).execute(stream, source, target);
  stream.wait();
  return target;
}

// The matmul primitive. The gradient of a weight is float always, and added to; it has no weight that could be packed.
static Work primitive(const Product& p, Type type) {
  const auto a_layout = p.transpose_a ? Layout::ba : Layout::ab, b_layout = p.transpose_b ? Layout::ba : Layout::ab;
  const memory::desc a({p.m, p.k}, type, a_layout), b({p.k, p.n}, type, packed ? Layout::any : b_layout);
  const memory::desc c({p.m, p.n}, p.add ? Type::f32 : type, Layout::ab);
  dnnl::primitive_attr attributes;
  if (p.add) {
    dnnl::post_ops sum;
    sum.append_sum(1);
    attributes.set_post_ops(sum);
  }
  const dnnl::matmul::primitive_desc description({a, b, c}, attributes, engine);
  const dnnl::matmul multiply(description);
  const auto left = reordered(description.src_desc(), {p.m, p.k}, a_layout, 0);
  const auto right = reordered(description.weights_desc(), {p.k, p.n}, b_layout, 1);
  memory result(c, engine);
  std::fill_n(static_cast<char*>(result.get_data_handle()), c.get_size(), char{0});
  dnnl::stream stream(engine);
  // Made once: a map for each call would be no part of the product.
  const std::unordered_map<int, memory> operands{
      {DNNL_ARG_SRC, left}, {DNNL_ARG_WEIGHTS, right}, {DNNL_ARG_DST, result}};
  auto run = [=]() mutable {
    multiply.execute(stream, operands);
    stream.wait();
  };
  run();
  const auto value = [&](std::int64_t i) -> double {
    if (c.data_type() == Type::f32) return static_cast<float*>(result.get_data_handle())[i];
    const std::uint32_t bits = std::uint32_t{static_cast<std::uint16_t*>(result.get_data_handle())[i]} << 16;
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
  };
  return {run, value(0), value(p.m * p.n - 1)};
}

static Work prepare(const Request& request) {
  const auto p = product(request);
  omp_set_num_threads(p.threads);
  if (packed && p.add) throw Refusal("a gradient has no weight to pack");
  try {
    const bool half = request.word("dtype") == "bfloat16";
    if (half || packed) return primitive(p, half ? Type::bf16 : Type::f32);
    return sgemm(p);
  } catch (const dnnl::error& error) {
    throw Refusal(std::string("oneDNN says: ") + error.what());
  }
}

int main(int, char** arguments) {
  packed = arguments[1] != nullptr && std::string(arguments[1]) == "packed";
  const auto* const v = dnnl::version();
  const auto version = std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
  return serve("oneDNN " + version + (packed ? " packed" : ""), prepare);
}
