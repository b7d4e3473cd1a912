// Inbox: what passes over a model read of their batches, and what they leave of the losses, on host and device. Several
// micro-batches lie one behind the other, so that a whole step crosses at once.
#pragma once
#include <algorithm>
#include "../core/mirror.h"
#include "../math/random.h"
#include "../model/batch.h"

namespace sophia {

// One batch where the device has it.
template <class T>
struct Passage {
  Batch batch;
  const Randomness* pass = nullptr;
  bool dropout = false;
  const T* weights = nullptr;  // (rows) of the losses
  T* losses = nullptr;         // (rows) room for them, where several batches' must stay
};

template <class On>
class Inbox {
 public:
  using T = typename On::Real;
  explicit Inbox(On& on) : on_(&on) {}

  // Room for `count` batches of `rows` rows.
  void reserve(std::int64_t count, std::int64_t rows) {
    if (tokens_.count() < count * rows) {
      Mirror<On, std::int32_t> tokens(*on_, count * rows), targets(*on_, count * rows);  // all of them or none
      Mirror<On, T> weights(*on_, count * rows), losses(*on_, count * rows);
      tokens_ = std::move(tokens);
      targets_ = std::move(targets);
      weights_ = std::move(weights);
      losses_ = std::move(losses);
      ++layout_;
    }
    if (passes_.count() < count) {
      passes_ = Mirror<On, Randomness>(*on_, count);
      ++layout_;
    }
  }
  // Changes whenever what was handed out before does not hold any more.
  std::int64_t layout() const { return layout_; }

  // Writes batch number `micro` on the host. Its counted rows weigh the same, `weight` over their number; all rows
  // count if `everywhere` is set.
  Passage<T> fill(const Batch& batch, const Randomness& random, double weight, bool everywhere, std::int64_t micro) {
    const std::int64_t rows = batch.rows(), at = micro * rows;
    std::copy_n(batch.tokens, rows, tokens_.host() + at);
    if (batch.targets) std::copy_n(batch.targets, rows, targets_.host() + at);
    std::int64_t counted = rows;
    if (batch.targets && !everywhere)
      counted = std::count_if(batch.targets, batch.targets + rows, [](auto t) { return t >= 0; });
    std::fill_n(weights_.host() + at, rows, static_cast<T>(counted ? weight / static_cast<double>(counted) : 0));
    passes_.host()[micro] = random;
    return {.batch = {.batch = batch.batch,
                      .time = batch.time,
                      .tokens = tokens_.device() + at,
                      .targets = batch.targets ? targets_.device() + at : nullptr,
                      .past = batch.past},
            .pass = passes_.device() + micro,
            .dropout = random.dropout,
            .weights = weights_.device() + at,
            .losses = losses_.device() + at};
  }
  // Sends `count` batches of `rows` rows to the device, and brings their losses back.
  void upload(std::int64_t count, std::int64_t rows) {
    tokens_.upload(count * rows);
    targets_.upload(count * rows);
    weights_.upload(count * rows);
    passes_.upload(count);
  }
  void download_losses(std::int64_t count, std::int64_t rows) { losses_.download(count * rows); }
  T* losses(std::int64_t micro, std::int64_t rows) const { return losses_.host() + micro * rows; }

  // One batch, filled and sent. What the last one left must have been waited for.
  Passage<T> put(const Batch& batch, const Randomness& random, double weight, bool everywhere = false) {
    reserve(1, batch.rows());
    const auto passage = fill(batch, random, weight, everywhere, 0);
    upload(1, batch.rows());
    return passage;
  }

 private:
  On* on_;
  Mirror<On, std::int32_t> tokens_, targets_;
  Mirror<On, T> weights_, losses_;
  Mirror<On, Randomness> passes_;
  std::int64_t layout_ = 0;
};

}  // namespace sophia
