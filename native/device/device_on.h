// DeviceOn<On>: a device on one backend.
#pragma once
#include "../curvature/gnb.h"
#include "layers_on.h"
#include "optimizer_state_on.h"

namespace sophia {

template <class On>
class EventOn final : public Event {
 public:
  typename On::Mark mark;
  bool passed() const override { return On::passed(mark); }
  void wait() const override { On::wait_for(mark); }
  double milliseconds_since(const Event& earlier) const override { return On::milliseconds(of(earlier), mark); }
  static const typename On::Mark& of(const Event& event) {
    const auto* const here = dynamic_cast<const EventOn*>(&event);
    require(here != nullptr, "Expected an event of a device of the same kind");
    return here->mark;
  }
};

template <class On>
class DeviceOn final : public Device {
 public:
  using T = typename On::Real;

  template <class... Arguments>
  DeviceOn(std::string name, std::int64_t limit, Arguments... arguments)
      : Device(std::move(name), limit), on_(arguments...) {}

  const char* isa() const override { return on_.name(); }
  int threads() const override { return on_.threads(); }
  bool host_is_device() const override { return On::kHostIsDevice; }
  void* stream() const override {
    if constexpr (On::kHostIsDevice) return nullptr;
    else return on_.stream();
  }

  void upload(const Tensor& to, const void* from) override {
    on_.upload(to.data(), static_cast<const char*>(from), to.bytes());
  }
  void download(const Tensor& from, void* to) override {
    on_.download(static_cast<char*>(to), from.data(), from.bytes());
  }
  void copy(const Tensor& from, const Tensor& to) override { on_.copy(to.data(), from.data(), to.bytes()); }
  void fill(const Tensor& to, const void* value) override {
    const auto each = static_cast<std::int64_t>(bytes(to.dtype));
    std::vector<char> block(static_cast<std::size_t>(std::min(to.count, kFilled) * each));
    for (std::size_t i = 0; i < block.size(); ++i)
      block[i] = static_cast<const char*>(value)[i % static_cast<std::size_t>(each)];
    for (std::int64_t at = 0; at < to.bytes(); at += std::ssize(block))
      on_.upload(to.data() + at, block.data(), std::min<std::int64_t>(std::ssize(block), to.bytes() - at));
  }
  void synchronize() override { on_.synchronize(); }
  std::shared_ptr<Event> record() override {
    auto event = std::make_shared<EventOn<On>>();
    on_.mark(event->mark);
    return event;
  }
  void wait(const Event& event) override { on_.wait(EventOn<On>::of(event)); }

  std::shared_ptr<OptimizerState> attach(const OptimizerPlan& plan) override {
    return std::make_shared<OptimizerStateOn<On>>(shared_from_this(), on_, plan);
  }

  void sample_labels(const LabelDraw& draw) override {
    require(draw.rows >= 0 && draw.vocabulary > 0, "Expected logits of at least one column, got ", draw.vocabulary);
    expect_tensor(*this, "logits", draw.logits, Dtype::kF32, draw.rows * draw.vocabulary);
    expect_tensor(*this, "labels", draw.labels, Dtype::kI32, draw.rows);
    if (draw.targets) expect_tensor(*this, "targets", draw.targets, Dtype::kI32, draw.rows);
    gnb::expect_few_columns(draw.vocabulary);
    sample(on_, SampleLabels<T>{.rows = draw.rows,
                                .vocabulary = draw.vocabulary,
                                .stride = draw.vocabulary,
                                .logits = {draw.logits.as<T>()},
                                .draw = Draw{draw.seed, static_cast<std::uint32_t>(draw.step), Purpose::kLabels},
                                .first = draw.first,
                                .targets = draw.targets ? draw.targets.as<std::int32_t>() : nullptr,
                                .labels = draw.labels.as<std::int32_t>()});
  }

  void draw_probe(const ProbeDraw& probe) override {
    expect_floats(*this, "probe", probe.to);
    const bool gaussian = probe.distribution == "gaussian";
    require(gaussian || probe.distribution == "rademacher",
            "Expected `distribution` to be gaussian or rademacher, got ", probe.distribution);
    draw(on_, Probe<T>{.direction = {probe.to.as<T>()},
                       .count = probe.to.count,
                       .distribution = gaussian ? Distribution::kGaussian : Distribution::kRademacher,
                       .draw = {.seed = probe.seed,
                                .step = static_cast<std::uint32_t>(probe.step),
                                .purpose = Purpose::kProbe,
                                .site = static_cast<std::uint32_t>(probe.number)}});
  }

  HessianTotals update_hessian(const HessianRefresh& refresh) override {
    const std::int64_t count = refresh.hessian.count;
    expect_floats(*this, "hessian", refresh.hessian);
    expect_tensor(*this, "estimate", refresh.estimate, Dtype::kF32, count);
    Arena<On, T> product;
    View<T> estimate{refresh.estimate.as<T>()};
    if (refresh.direction) {
      expect_tensor(*this, "direction", refresh.direction, Dtype::kF32, count);
      product = Arena<On, T>(on_, count);
      add_estimate(on_, DiagonalEstimate<T>{{refresh.direction.as<T>()}, estimate, {product.data()}, count});
      estimate = {product.data()};
    }
    return average(refresh, estimate);
  }

  void run(const LayerCall& call) override { run_layer(*this, on_, call); }

 protected:
  void* take(std::size_t bytes) override { return on_.allocate(bytes); }
  void give(void* memory) noexcept override { on_.free(memory); }

 private:
  static constexpr std::int64_t kFilled = 1 << 16;  // elements at once

  HessianTotals average(const HessianRefresh& refresh, View<T> estimate) {
    const PiecesOn<On> pieces(on_, cut({{.offset = 0, .count = refresh.hessian.count}}));
    Mirror<On, HessianNow<T>> now(on_, 1);
    Mirror<On, HessianSums> totals(on_, 2);
    Arena<On, HessianSums> partial(on_, pieces.table().piece_count);
    *now.host() = {.average = MovingAverage<T>(refresh.beta2, refresh.scale),
                   .clip = 1,
                   .threshold = 0,
                   .floor = 0,
                   .squared = refresh.squared,
                   .finite = true};
    now.upload();
    sophia::update_hessian(on_, HessianUpdate<T>{.hessian = {refresh.hessian.as<T>()},
                                                 .estimate = estimate,
                                                 .momentum = {},
                                                 .table = pieces.table(),
                                                 .now = now.device(),
                                                 .totals = totals.device(),
                                                 .partial = partial.data()});
    totals.download();
    on_.synchronize();
    const auto& all = totals.host()[1];
    const auto size = static_cast<double>(std::max<std::int64_t>(refresh.hessian.count, 1));
    return {.negative_rate = all[HessianSum::kNegative] / size,
            .l1 = all[HessianSum::kL1],
            .l2 = std::sqrt(all[HessianSum::kL2]),
            .ratios = {}};
  }

  On on_;
};

}  // namespace sophia
