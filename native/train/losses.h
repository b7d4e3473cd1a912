// Losses: what a pass leaves of them, on its way to the host.
#pragma once
#include <vector>
#include "../layers/crossentropy.h"
#include "../model/head.h"

namespace sophia {

template <class On>
class Losses {
 public:
  using T = typename On::Real;
  explicit Losses(On& on) : on_(&on) {}

  // Their total, waited for. Without targets every row counts.
  template <class S>
  Loss total(const Head<S>& head, const std::int32_t* targets) {
    room_.resize(2 * static_cast<std::size_t>(head.rows));
    on_->download(room_.data(), primal(head.losses).value, head.rows);
    if constexpr (std::is_same_v<Acc<S>, T>) {
      return sophia::total(View<T>{room_.data()}, targets, head.rows);
    } else {
      T* const tangents = room_.data() + head.rows;
      on_->download(tangents, tangent(head.losses).value, head.rows);
      return sophia::total(View<S>{room_.data(), tangents}, targets, head.rows);
    }
  }

 private:
  On* on_;
  std::vector<T> room_;
};

}  // namespace sophia
