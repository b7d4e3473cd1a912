#include "../../../native/train/generate.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include "../check.h"

using namespace sophia;

namespace {

// Contexts that cross the blocks of attention, and widths that fill no pack.
constexpr Config kModel{.layers = 3, .heads = 3, .width = 30, .context = 150, .vocabulary = 41};

std::vector<std::int32_t> text_of(std::size_t length) {
  std::vector<std::int32_t> tokens(length);
  for (std::size_t i = 0; i < length; ++i) tokens[i] = static_cast<std::int32_t>(i * i % 41);
  return tokens;
}

std::vector<float> logits(Run& run, std::span<const std::int32_t> tokens, bool reuse) {
  std::vector<float> out(41);
  run.next_logits(tokens, reuse, out);
  return out;
}

// The tokens that are likeliest at first, over the draws of many samples.
std::vector<int> frequencies(Run& run, Generation how, int draws) {
  std::vector<int> times(41);
  how.count = 1;
  for (int i = 0; i < draws; ++i) {
    how.sample = static_cast<std::uint64_t>(i);
    ++times[static_cast<std::size_t>(generate(run, {1, 2}, how)[0])];
  }
  return times;
}

}  // namespace

TEST("Keys and values that are kept change no bit") {
  const auto tokens = text_of(150);
  for (const int threads : {1, 3}) {
    const auto keeps = make_cpu_run(kModel, {"", threads}), anew = make_cpu_run(kModel, {"", 1});
    keeps->initialize(1);
    anew->initialize(1);
    bool same = true;
    for (std::size_t n = 1; n <= tokens.size(); n += n < 3 || (n > 60 && n < 70) ? 1 : 7)
      same &= logits(*keeps, std::span(tokens).first(n), true) == logits(*anew, std::span(tokens).first(n), false);
    check::expect(text("token by token and in chunks, ", threads, " threads"), same);
  }
}

TEST("Keys and values are kept of what is the same, and of nothing else") {
  auto tokens = text_of(90);
  const auto run = make_cpu_run(kModel, {"", 2}), anew = make_cpu_run(kModel, {"", 2});
  run->initialize(1);
  anew->initialize(1);
  const auto same = [&](std::size_t n) {
    return logits(*run, std::span(tokens).first(n), true) == logits(*anew, std::span(tokens).first(n), false);
  };
  check::expect("the whole", same(90));
  check::expect("a part of it", same(40));
  check::expect("the very same again", same(40));
  tokens[20] = 40;
  check::expect("another token in the middle", same(60));
  run->initialize(2);
  anew->initialize(2);
  check::expect("other weights", same(60));
  for (auto* r : {run.get(), anew.get()}) r->write(ArenaName::kParameters, 40, std::vector<float>{0.5f});
  check::expect("one other weight", same(60));
  for (auto* r : {run.get(), anew.get()}) {
    r->attach({"adamw", {{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}}, true});
    const Batch batch{1, 8, tokens.data(), tokens.data()};
    r->train({.batches = {&batch, 1}, .seed = 1, .number = 0, .step = {.learning_rate = 1e-2}, .clip = 0});
  }
  check::expect("weights that were trained", same(60));
}

TEST("Text is the same with kept keys and values and without, beyond the context too") {
  const auto run = make_cpu_run({.layers = 2, .heads = 2, .width = 20, .context = 12, .vocabulary = 41}, {"", 2});
  run->initialize(1);
  const Generation keeps{.count = 40, .temperature = 0.9, .seed = 3};
  Generation anew = keeps;
  anew.cache = false;
  const auto whole = generate(*run, {1, 2}, keeps);
  check::expect("the same tokens", whole == generate(*run, {1, 2}, anew));
  std::vector<std::int32_t> one_by_one{1, 2};
  for (std::int64_t i = 0; i < 40; ++i) {
    Generation next = keeps;
    next.count = 1;
    next.drawn = i;
    one_by_one.push_back(generate(*run, one_by_one, next)[0]);
  }
  check::expect("and drawn one by one", std::equal(whole.begin(), whole.end(), one_by_one.begin() + 2));
}

TEST("The tokens that are drawn") {
  const auto run = make_cpu_run({.layers = 1, .heads = 2, .width = 20, .context = 12, .vocabulary = 41}, {"", 1});
  run->initialize(1);
  auto weights = run->read(ArenaName::kParameters);
  for (float& w : weights) w *= 4;  // some tokens likelier than others
  run->write(ArenaName::kParameters, 0, weights);
  const auto all = logits(*run, std::vector<std::int32_t>{1, 2}, true);
  std::vector<double> p(41);
  double total = 0;
  for (std::size_t v = 0; v < 41; ++v) total += p[v] = std::exp(all[v] / 0.7);
  for (double& x : p) x /= total;

  constexpr int kDraws = 4000;
  const auto times = frequencies(*run, {.temperature = 0.7, .seed = 5}, kDraws);
  double chi2 = 0;
  for (std::size_t v = 0; v < 41; ++v) chi2 += std::pow(times[v] - kDraws * p[v], 2) / (kDraws * p[v]);
  check::expect("have the softmax's frequencies (χ² of 40, beyond 1 in 10⁴)", chi2, 82.1);

  std::vector<std::size_t> order(41);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return all[a] > all[b]; });
  const auto drawn_among = [&](const Generation& how, std::size_t kept) {
    const auto found = frequencies(*run, how, 1000);
    std::size_t outside = 0, last = 0;
    for (std::size_t i = 0; i < 41; ++i) (i < kept ? last : outside) += i + 1 < kept ? 0 : found[order[i]];
    return outside == 0 && last > 0;
  };
  check::expect("are the k likeliest", drawn_among({.temperature = 0.7, .top_k = 5, .seed = 6}, 5));
  std::size_t nucleus = 0;
  for (double sum = 0; sum < 0.6; ++nucleus) sum += p[order[nucleus]];
  check::expect("are the nucleus, and all of it", drawn_among({.temperature = 0.7, .top_p = 0.6, .seed = 7}, nucleus));
  check::expect_error("p is a probability", Code::kInvalidArgument, "topP",
                      [&] { generate(*run, {1}, {.count = 1, .top_p = 0}); });
}

TEST("Generation from weights that are broken") {
  const Config c{.layers = 1, .heads = 1, .width = 4, .context = 4, .vocabulary = 5};
  const auto run = make_cpu_run(c, {"", 1});
  run->initialize(1);
  const Generation how{.count = 3};
  check::expect("whole ones give tokens", generate(*run, {1}, how).size() == 3);
  // The final gain and bias end in the logits: a huge one overflows them.
  for (const float broken : {NAN, 3e38f}) {
    for (const auto& p : run->parameters().table)
      if (p.name == "ln_f.weight" || p.name == "wte.weight")
        run->write(ArenaName::kParameters, p.offset, std::vector<float>(static_cast<std::size_t>(p.count), broken));
    check::expect_error(text("weights of ", broken, " are an error"), Code::kDiverged, "not finite",
                        [&] { generate(*run, {1}, how); });
  }
}
