// The label sampler on the GPU: a block per row, whose warps weigh a block of columns each; the first warp then
// searches.
#include "../cuda/team.h"
#include "../cuda/width.h"
#include "gnb.h"

namespace sophia {

namespace {

constexpr int kWarps = 8;  // of a block, as in the loss

// A row goes by twice, for its peak and for the weights relative to it, and the block where the label lies a third
// time.
template <int N>
DEVICE void sample_row_by_block(const SampleLabels<float>& a, std::int64_t r) {
  __shared__ double weight[gnb::kMostColumns / gnb::kBlock];  // of every block of columns
  const int V = a.vocabulary, blocks = (V + gnb::kBlock - 1) / gnb::kBlock, warp = static_cast<int>(threadIdx.y);
  const Warp<N> team;
  const Block<N, kWarps> block;
  const auto w = gnb::weights(block, a.logits.row(r, a.stride), V);
  for (int b = warp; b < blocks; b += kWarps) {
    const int first = b * gnb::kBlock, count = V - first < gnb::kBlock ? V - first : gnb::kBlock;
    const double sum = w.sum(team, first, count);
    if (team.leads()) weight[b] = sum;
  }
  block.meet();
  if (warp != 0) return;

  const double total = Warp<1>().sum(blocks, [&](auto b) { return View<double>{weight}[b]; });
  const double aim = gnb::aim(total, bits(a.draw, a.first + r));
  gnb::Search search;
  search.step(gnb::kBlock, V, aim, [&](int v) { return weight[v / gnb::kBlock]; });
  for (int few = gnb::kBlock / 8; few > 0; few /= 8)
    search.step(few, V, aim, [&](int v) { return w.sum(team, v, few); });
  if (team.leads()) a.labels[r] = search.v;
}

}  // namespace

template <int N>
__global__ void gnb_sample_kernel(SampleLabels<float> a) {
  const std::int64_t r = blockIdx.x;
  if (gnb::counted(a, r)) sample_row_by_block<N>(a, r);
  else if (threadIdx.x == 0 && threadIdx.y == 0) a.labels[r] = -1;
}

// Labels are drawn from the values alone, so that one kernel serves every scalar.
template <class S>
void sample(Cuda& on, const SampleLabels<S>& a) {
  gnb::expect_few_columns(a.vocabulary);
  const SampleLabels<float> values{.rows = a.rows,
                                   .vocabulary = a.vocabulary,
                                   .stride = a.stride,
                                   .logits = primal(a.logits),
                                   .draw = a.draw,
                                   .first = a.first,
                                   .targets = a.targets,
                                   .labels = a.labels};
  const Grid rows{blocks_for(a.rows, 1), Block<1, kWarps>::threads()};
  const auto launch = [&]<int N>() { on.launch("gnb_sample", rows, gnb_sample_kernel<N>, values); };
  with_width(a.stride, launch, values.logits);
}

template void sample(Cuda&, const SampleLabels<float>&);
template void sample(Cuda&, const SampleLabels<Dual<float>>&);
template void sample(Cuda&, const SampleLabels<Bf16>&);

}  // namespace sophia
