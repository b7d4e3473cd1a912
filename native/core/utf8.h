// UTF-8 as Unicode 15 defines it (table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sophia::utf8 {

// Bytes of the character at the beginning of the text, 1 to 4; 0 when the text is empty or begins with anything else.
inline size_t character(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return text.empty() ? 0 : 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool second = follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

// Appends a code point, which is no surrogate and at most U+10FFFF.
inline void append(std::string& out, uint32_t point) {
  const auto lead = [&](uint32_t mark, int shift) { out += static_cast<char>(mark | point >> shift); };
  const auto follow = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) return lead(0, 0);
  if (point < 0x800) return lead(0xC0, 6), follow(0);
  if (point < 0x10000) return lead(0xE0, 12), follow(6), follow(0);
  lead(0xF0, 18), follow(12), follow(6), follow(0);
}

}  // namespace sophia::utf8
