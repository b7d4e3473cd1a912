// Mutations of bytes: the usual ones of fuzzing, and those that hurt formats made of lengths, offsets and JSON.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace fuzz {

class Mutator {
 public:
  Mutator(uint64_t seed, std::vector<std::string> words) : random_(seed), words_(std::move(words)) {}

  // A number from 0 to end - 1; 0 when end is 0.
  size_t below(size_t end) { return end ? random_() % end : 0; }

  // One to eight changes; `other` is another input to borrow from.
  void mutate(std::string& input, const std::string& other) {
    for (size_t changes = size_t{1} << below(4); changes > 0; --changes) change(input, other);
  }

 private:
  void change(std::string& input, const std::string& other) {
    const size_t at = below(input.size() + 1), length = std::min(below(16) ? below(8) : below(256), input.size() - at);
    switch (below(10)) {
      case 0: return flip(input, at);
      case 1: return byte(input, at);
      case 2: return void(input.erase(at, length));
      case 3: return void(input.insert(at, input.substr(below(input.size() + 1), length)));
      case 4: return void(input.insert(at, length + 1, static_cast<char>(random_())));
      case 5: return void(input.replace(at, std::string::npos, other, below(other.size() + 1), std::string::npos));
      case 6: return integer(input, at);
      case 7: return decimal(input, at);
      case 8: return word(input, at, length);
      default: return void(input.resize(at));
    }
  }

  void flip(std::string& input, size_t at) {
    if (at < input.size()) input[at] = static_cast<char>(input[at] ^ 1 << below(8));
  }

  void byte(std::string& input, size_t at) {
    if (at < input.size()) input[at] = static_cast<char>(random_());
  }

  // Numbers at which arithmetic goes wrong, and their neighbours.
  uint64_t interesting(size_t size) {
    const uint64_t edges[] = {0, uint64_t{1} << below(64), ~uint64_t{0}, size, size - 8, below(256), below(1 << 16)};
    return edges[below(std::size(edges))] + below(3) - 1;
  }

  // In binary, more often at the beginning, where headers keep their lengths.
  void integer(std::string& input, size_t at) {
    const uint64_t value = interesting(input.size());
    const size_t width = size_t{1} << below(4), where = below(2) ? at : 4 * below(4);
    if (where + width <= input.size()) std::memcpy(input.data() + where, &value, width);
  }

  // In text: the next run of digits becomes another number.
  void decimal(std::string& input, size_t at) {
    constexpr char kDigits[] = "0123456789";
    const size_t first = input.find_first_of(kDigits, at);
    if (first == std::string::npos) return;
    const size_t last = std::min(input.find_first_not_of(kDigits, first), input.size());
    input.replace(first, last - first, std::to_string(interesting(input.size())));
  }

  void word(std::string& input, size_t at, size_t length) {
    if (!words_.empty()) input.replace(at, below(2) ? length : 0, words_[below(words_.size())]);
  }

  std::mt19937_64 random_;
  std::vector<std::string> words_;
};

}  // namespace fuzz
