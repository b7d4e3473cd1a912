#include "../../../../native/linalg/order.h"
#include <algorithm>
#include <random>
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;

namespace {

std::vector<std::int32_t> keys_of(std::int64_t count, std::int32_t bound) {
  std::mt19937 random(1);
  std::vector<std::int32_t> keys(static_cast<std::size_t>(count));
  for (auto& key : keys) key = random() % 3 ? static_cast<std::int32_t>(random() % bound) : bound - 1;
  return keys;
}

std::vector<std::pair<std::int32_t, std::int32_t>> ordered(const std::vector<std::int32_t>& keys, std::int32_t bound) {
  Cuda on;
  const auto count = static_cast<std::int64_t>(keys.size());
  DeviceVector<std::int32_t> from(on, keys), counts(on, std::vector<std::int32_t>(order_counts(count)));
  DeviceVector<Keyed> sorted(on, std::vector<Keyed>(keys.size())), other(on, std::vector<Keyed>(keys.size()));
  order(on, {from.data(), count, bound, sorted.data(), other.data(), counts.data()});
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  for (const auto& [key, index] : sorted.read()) pairs.emplace_back(key, index);
  return pairs;
}

}  // namespace

TEST("Order on cuda") {
  for (const auto& [count, bound] :
       {std::pair{0, 5}, {1, 1}, {7, 3}, {511, 256}, {512, 257}, {513, 65536}, {2000, 65537}, {1500, 2147483647}}) {
    const auto keys = keys_of(count, bound);
    std::vector<std::pair<std::int32_t, std::int32_t>> want;
    for (std::size_t i = 0; i < keys.size(); ++i) want.emplace_back(keys[i], static_cast<std::int32_t>(i));
    std::sort(want.begin(), want.end());
    check::expect(text(count, " keys below ", bound, " on cuda, in order, equal ones as they came"),
                  ordered(keys, bound) == want);
  }
}

TEST("Order on cuda, emulated") {
  emulated::same_in_every_order("Order on cuda", [] { return ordered(keys_of(1100, 1000), 1000); });
}
