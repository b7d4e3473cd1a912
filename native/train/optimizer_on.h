// The optimizer of a run on one backend: the rules that are attached to the model's tensors, and the numbers they keep.
#pragma once
#include "../device/attach.h"
#include "run.h"

namespace sophia {

template <class On>
class OptimizerOn {
 public:
  using T = typename On::Real;

  void attach(On& on, const OptimizerChoice& choice, const Parameters& parameters) {
    on_ = &on;
    attached_ = sophia::attach(on, attachment(choice, parameters));
    others_ = choice.others;
  }
  explicit operator bool() const { return attached_ != nullptr; }
  Attached<T>* operator->() const {
    require(attached_ != nullptr, "Expected an optimizer to be attached first");
    return attached_.get();
  }

  std::vector<StateSize> state() const {
    std::vector<StateSize> all;
    for (const auto& kept : (*this)->state()) all.push_back(kept);
    return all;
  }
  void read(std::size_t entry, std::span<T> to) const {
    each_part((*this)->state().at(entry),
              [&](T* part, std::int64_t begin, std::int64_t count) { on_->download(to.data() + begin, part, count); });
  }
  void write(std::size_t entry, std::span<const T> from) const {
    each_part((*this)->state().at(entry),
              [&](T* part, std::int64_t begin, std::int64_t count) { on_->upload(part, from.data() + begin, count); });
  }
  std::int64_t bytes() const {
    std::int64_t numbers = 0;
    for (const auto& size : state()) numbers += size.count;
    return numbers * static_cast<std::int64_t>(sizeof(T));
  }

  // The step of every rule.
  void set(const Step& step) const {
    std::vector<Step> all{step};
    for (const auto& rule : others_) {
      all.push_back(step);
      all.back().learning_rate *= rule.rate;
      all.back().weight_decay = rule.weight_decay;
    }
    (*this)->set(all);
  }

 private:
  On* on_ = nullptr;
  std::unique_ptr<Attached<T>> attached_;
  std::vector<SideRule> others_;
};

}  // namespace sophia
