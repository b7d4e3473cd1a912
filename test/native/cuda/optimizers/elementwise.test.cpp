#include "../../../../native/cpu/cpu.h"
#include "../../../../native/optimizers/registry.h"
#include "../emulated.h"
#include "arena.h"

using namespace sophia;

namespace {

template <class O>
std::map<std::string, double> hyper_values() {
  const std::map<std::string, double> all{
      {"beta1", 0.9},  {"beta2", 0.95},      {"epsilon", 1e-8}, {"gamma", 0.05},
      {"global", 1},   {"maxNorm", 1},       {"momentum", 0.9}, {"momentumDecay", 0.004},
      {"nesterov", 1}, {"normalization", 0}, {"rho", 0.04}};
  std::map<std::string, double> own;
  for (const auto& field : O::kFields) own[field.name] = all.contains(field.name) ? all.at(field.name) : 0.5;
  return own;
}

Step step_number(int number) {
  return {.number = number, .learning_rate = 0.01, .weight_decay = 0.1, .clip = 0.7, .finite = true, .tokens = 20};
}

double most_apart(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(double{a[i]} - b[i]));
  return most;
}

// Bit for bit; where a measure has its part, which the two add up in different orders, to the last bits of a float.
template <class O>
void equal_the_cpu(int shift, bool scattered, const typename O::Hyper& hyper = read_hyper<O>(hyper_values<O>())) {
  const std::string who =
      text(O::kName, " on cuda", shift == 0 ? "" : " at odd addresses", scattered ? ", tensors by themselves" : "");
  DeviceArenas<O> device(odd_spans(), shift), host(odd_spans());
  if (scattered) device.scatter();
  Cpu<Isa> cpu(1);
  for (int number = 1; number <= 3; ++number) {
    device.step(hyper, step_number(number));
    host.step_on_host(cpu, hyper, step_number(number));
  }
  double slots = 0;
  for (int s = 0; s < kSlotCount<O>; ++s) slots = std::max(slots, most_apart(device.slot[s], host.slot[s]));
  for (int s = 0; s < kBlockSlotCount<O>; ++s)
    slots = std::max(slots, most_apart(device.block_slot[s], host.block_slot[s]));
  check::expect(who + ": the parameters of the CPU", most_apart(device.theta, host.theta), Measures<O> ? 1e-6 : 0);
  check::expect(who + ": the slots of the CPU", slots, Measures<O> ? 1e-6 : 0);
  double apart = 0;
  for (std::size_t s = 0; s < host.sums.size(); ++s)
    for (int k = 0; k < static_cast<int>(StepSum::kSums); ++k)
      apart = std::max(apart, std::abs(device.sums[s][k] - host.sums[s][k]) / std::max(1.0, std::abs(host.sums[s][k])));
  check::expect(who + ": the sums of the CPU", apart, 1e-6);
}

template <class O>
void keep_everything_when_not_finite() {
  const auto hyper = read_hyper<O>(hyper_values<O>());
  DeviceArenas<O> arenas(odd_spans());
  const auto theta = arenas.theta, momentum = arenas.slot[0], kept = arenas.block_slot[0];
  Step step = step_number(1);
  step.finite = false;
  arenas.step(hyper, step);
  check::expect(text(O::kName, " on cuda stores nothing when the gradient is not finite"),
                arenas.theta == theta && arenas.slot[0] == momentum && arenas.block_slot[0] == kept &&
                    arenas.sums.back()[StepSum::kParameters] == 0);
}

template <class O>
void equal_in_every_order() {
  const auto hyper = read_hyper<O>(hyper_values<O>());
  emulated::same_in_every_order(text(O::kName, " on cuda"), [&] {
    DeviceArenas<O> arenas(odd_spans());
    arenas.step(hyper, step_number(1));
    std::vector<double> sums;
    for (const auto& s : arenas.sums) sums.insert(sums.end(), std::begin(s.sum), std::end(s.sum));
    return std::tuple(arenas.theta, arenas.slot[0], arenas.block_slot[0], sums);
  });
}

// 4 bytes for θ, the gradient and every slot, read once; 4 for θ and every slot that moves, written once: 24 bytes per
// parameter for Sophia, 20 for Lion and SGD, 28 for AdamW; besides, what a statistic is made of is read in a pass of
// its own. The constants, the pieces and their sums come to less than a fiftieth of a byte more, in each pass.
template <class O>
void expect_least_traffic(std::uint64_t bytes_per_parameter, std::uint64_t numbers_of_statistic = 0) {
  constexpr std::uint64_t kNumbers = 16 * kPiece;
  constexpr std::uint64_t kWritten = 1 + O::kWritten;
  const std::uint64_t read = 2 + kSlotCount<O> + numbers_of_statistic, passes = numbers_of_statistic > 0 ? 2 : 1;
  DeviceArenas<O> arenas({{.offset = 0, .count = kNumbers, .decay = true}});
  arenas.step(read_hyper<O>(hyper_values<O>()), step_number(1));
  const std::string who = text(O::kName, " on cuda");
  check::expect(text(who, " moves ", bytes_per_parameter, " bytes per parameter"),
                bytes_per_parameter == 4 * (read + kWritten));
  emulated::expect_traffic(who, {4 * read * kNumbers, 4 * kWritten * kNumbers, passes * kNumbers / 50},
                           [&] { arenas.launch(); });
  const std::string statistic = passes > 1 ? text("; ", numbers_of_statistic, " read once more for a statistic") : "";
  emulated::expect_row(
      {text("step of ", O::kName), text(kNumbers, " parameters"),
       text("θ, the gradient, ", kSlotCount<O>, " slots; θ and ", O::kWritten, " of them written", statistic),
       bytes_per_parameter * kNumbers, kNumbers},
      [&] { arenas.launch(); });
}

// The same bytes where columns share a second moment, which the step asks the caches for, with every number.
void expect_least_traffic_by_columns() {
  constexpr std::int64_t kRows = 768, kColumns = 256, kNumbers = kRows * kColumns;
  DeviceArenas<AdamMini> arenas({{.offset = 0, .count = kNumbers, .decay = true, .columns = kColumns}}, 0, {});
  arenas.step(read_hyper<AdamMini>(hyper_values<AdamMini>()), step_number(1));
  // Beside constants and sums of pieces: of each column its group, three sums, and what is settled.
  constexpr std::uint64_t kTables = 2 * kNumbers / 50 + 84 * kColumns;
  emulated::expect_traffic("adam-mini by columns on cuda", {4 * 4 * kNumbers, 4 * 2 * kNumbers, kTables},
                           [&] { arenas.launch(); });
  emulated::expect_row(
      {.pass = "step of adam-mini by columns",
       .shape = text(kRows, " × ", kColumns, " parameters"),
       .least_of = "θ, the gradient, 1 slots; θ and 1 of them written; 1 read once more for a statistic",
       .least = 24 * kNumbers,
       .parameters = kNumbers,
       .reason = "what is settled for a column is read with every number of it",
       .most = 1.22},
      [&] { arenas.launch(); });
}

}  // namespace

TEST("The fused step on cuda") {
  for_each_elementwise_optimizer([]<class O>() {
    for (const int shift : {0, 1})
      for (const bool scattered : {false, true}) equal_the_cpu<O>(shift, scattered);
    keep_everything_when_not_finite<O>();
    equal_in_every_order<O>();
  });
}

TEST("The fused step on cuda: MARS by the norm of each tensor") {
  auto hyper = read_hyper<Mars>(hyper_values<Mars>());
  hyper.global = 0;
  equal_the_cpu<Mars>(0, false, hyper);
}

TEST("The fused step on cuda: traffic") {
  expect_least_traffic<SophiaG>(24);
  expect_least_traffic<Sophia>(24);
  expect_least_traffic<Lion>(20);
  expect_least_traffic<Sgd>(20);
  expect_least_traffic<AdamW>(28);
  expect_least_traffic<NAdamW>(28);
  expect_least_traffic<CautiousAdamW>(40, 3);  // the gradient and both slots
  expect_least_traffic<CautiousLion>(28, 2);
  expect_least_traffic<Mars>(44, 2);  // the gradient and the one before
  expect_least_traffic<AdamMini>(24, 1);
  expect_least_traffic<RmsMomentum>(28, 2);
  expect_least_traffic_by_columns();
}
