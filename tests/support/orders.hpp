#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

namespace harvester::tests {

/// Calls `visit` with orders in which `count` things may come: every permutation, each once plain and once with all of
/// them coming a second time at other places; of more than `most` permutations that many, drawn from a fixed seed.
inline void for_each_order(std::size_t count, std::size_t most,
                           const std::function<void(const std::vector<std::size_t>&)>& visit) {
  std::mt19937 random(20261128);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto twice = [&] {
    auto again = order;
    for (const auto one : order) {
      const auto at = std::uniform_int_distribution<std::size_t>(0, again.size())(random);
      again.insert(again.begin() + static_cast<std::ptrdiff_t>(at), one);
    }
    return again;
  };
  std::size_t all = 1;
  for (std::size_t n = 2; n <= count && all <= most; ++n) all *= n;
  for (std::size_t n = 0; n < std::min(all, most); ++n) {
    visit(order);
    visit(twice());
    if (all <= most)
      std::next_permutation(order.begin(), order.end());
    else
      std::shuffle(order.begin(), order.end(), random);
  }
}

}  // namespace harvester::tests
