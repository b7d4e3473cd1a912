// An optimizer's arenas in device memory, and the same on the host, to step both and compare.
#pragma once
#include <random>
#include "../../../../native/cuda/cuda.h"
#include "../../../../native/optimizers/elementwise.h"
#include "../../check.h"

namespace sophia {

// Tensors of all kinds: shorter than a pack, longer than a piece, not a multiple of anything, decayed or not, one in
// blocks that begin at odd addresses, and two that are divided by columns, in rows that packs fit and in others.
inline std::vector<Span> odd_spans() {
  constexpr std::int64_t kColumns = 16 + 2 * kPiece + 96 + 1008;
  return {{.offset = 0, .count = 3, .decay = true},
          {.offset = 16, .count = 2 * kPiece + 77},
          {.offset = 16 + 2 * kPiece + 80, .count = 1, .decay = true},
          {.offset = 16 + 2 * kPiece + 96, .count = 1000, .decay = true, .block = 37},
          {.offset = kColumns, .count = 260 * 132, .columns = 132},
          {.offset = kColumns + 260 * 132, .count = 700 * 7, .decay = true, .columns = 7}};
}
// Of the columns of the first of those; of the second every one is a group.
inline std::vector<Widths> odd_widths() { return {{}, {}, {}, {}, {40, 40, 50, 1, 1}, {}}; }

// The memory of one Update, on the device.
template <class O>
class DeviceArenas {
 public:
  using Numbers = std::vector<float>;

  // `shift` floats beyond an aligned address.
  explicit DeviceArenas(std::vector<Span> spans, int shift = 0, const std::vector<Widths>& widths = odd_widths())
      : shift_(shift), pieces_(cut(std::move(spans), widths)) {
    size_ = static_cast<std::size_t>(pieces_.spans.back().offset + pieces_.spans.back().count);
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    const auto draw = [&](Numbers& host) {
      host.resize(size_);
      for (float& x : host) x = normal(random);
    };
    draw(theta);
    draw(gradient);
    for (Numbers& host : slot) draw(host);
    for (int s = 1; s < kSlotCount<O>; ++s)
      for (float& x : slot[s]) x = std::abs(x);  // Hessians and variances are not negative
    for (auto& numbers : block_slot) numbers.assign(groups(), 0.1f);
    upload();
  }
  ~DeviceArenas() {
    for (void* memory : memory_) on.free(memory);
  }

  // One step on the device, and what it left.
  void step(const typename O::Hyper& hyper, const Step& step) {
    const Now<O, float> constants = now<O, float>(hyper, step);
    on.upload(now_, &constants, 1);
    sophia::step(on, update_);
    download();
  }
  // The same on the host, with a backend of the CPU.
  template <class Cpu>
  void step_on_host(Cpu& cpu, const typename O::Hyper& hyper, const Step& step) {
    const Now<O, float> constants = now<O, float>(hyper, step);
    Update<O, float> a = {};
    a.theta = {theta.data()};
    a.gradient = {gradient.data()};
    a.table = table(pieces_);
    for (int s = 0; s < kSlotCount<O>; ++s) a.slot[s] = {slot[s].data()};
    std::vector<StepSums> partial(pieces_.pieces.size());
    sums.resize(pieces_.spans.size() + 1);
    a.now = &constants;
    a.totals = sums.data();
    a.partial = partial.data();
    Numbers settled(groups()), weights(pieces_.spans.size()), work(static_cast<std::size_t>(pieces_.column_work));
    a.settled = {settled.data()};
    a.weights = {weights.data()};
    a.column_work = {work.data()};
    for (int s = 0; s < kBlockSlotCount<O>; ++s) a.block_slot[s] = {block_slot[s].data()};
    sophia::step(cpu, a);
  }

  // From here on every tensor lies by itself, though one behind the other.
  void scatter() {
    std::vector<View<float>> thetas, gradients;
    for (const Span& span : pieces_.spans) {
      thetas.push_back(update_.theta + span.offset);
      gradients.push_back(update_.gradient + span.offset);
    }
    update_.thetas = place(thetas);
    update_.gradients = place(gradients);
    update_.aligned = shift_ == 0;
  }

  void launch() { sophia::step(on, update_); }
  const Pieces& pieces() const { return pieces_; }

  Cuda on;
  Numbers theta, gradient, slot[kSlotCount<O>], block_slot[std::max(kBlockSlotCount<O>, 1)];
  std::vector<StepSums> sums;

 private:
  template <class T>
  T* place(const std::vector<T>& host, int shift = 0) {
    T* const memory = static_cast<T*>(on.allocate((host.size() + static_cast<std::size_t>(shift)) * sizeof(T)));
    memory_.push_back(memory);
    on.upload(memory + shift, host.data(), static_cast<std::int64_t>(host.size()));
    return memory + shift;
  }
  float* workspace(std::size_t count) {
    memory_.push_back(on.allocate(count * sizeof(float)));
    return static_cast<float*>(memory_.back());
  }
  void upload() {
    sums.assign(pieces_.spans.size() + 1, StepSums(0));
    update_.theta = {place(theta, shift_)};
    update_.gradient = {place(gradient, shift_)};
    for (int s = 0; s < kSlotCount<O>; ++s) update_.slot[s] = {place(slot[s], shift_)};
    update_.table = table(pieces_);
    update_.table.spans = place(pieces_.spans);
    update_.table.groups = place(pieces_.groups);
    update_.table.pieces = place(pieces_.pieces);
    update_.table.strips = place(pieces_.strips);
    now_ = place(std::vector<Now<O, float>>(1));
    update_.now = now_;
    update_.totals = place(sums);
    update_.partial = place(std::vector<StepSums>(pieces_.pieces.size()));
    update_.settled = {workspace(groups())};
    update_.weights = {workspace(pieces_.spans.size())};
    update_.column_work = {workspace(static_cast<std::size_t>(pieces_.column_work))};
    for (int s = 0; s < kBlockSlotCount<O>; ++s) update_.block_slot[s] = {place(block_slot[s])};
  }
  void download() {
    const auto read = [&](auto& host, const auto* device) {
      on.download(host.data(), device, static_cast<std::int64_t>(host.size()));
    };
    read(theta, update_.theta.value);
    for (int s = 0; s < kSlotCount<O>; ++s) read(slot[s], update_.slot[s].value);
    for (int s = 0; s < kBlockSlotCount<O>; ++s) read(block_slot[s], update_.block_slot[s].value);
    read(sums, update_.totals);
  }

  // Where tensors outnumber groups, some of them are empty.
  std::size_t groups() const { return std::max(pieces_.groups.size(), pieces_.spans.size()); }

  int shift_;
  Pieces pieces_;
  std::size_t size_;
  Update<O, float> update_ = {};
  Now<O, float>* now_;
  std::vector<void*> memory_;
};

}  // namespace sophia
