#include "../../../native/core/utf8.h"
#include "../check.h"

using namespace check;
using namespace sophia;

TEST("UTF-8") {
  const struct {
    uint32_t point;
    const char* bytes;
  } edges[] = {{0x7F, "\x7F"},
               {0x80, "\xC2\x80"},
               {0x7FF, "\xDF\xBF"},
               {0x800, "\xE0\xA0\x80"},
               {0xD7FF, "\xED\x9F\xBF"},
               {0xE000, "\xEE\x80\x80"},
               {0xFFFF, "\xEF\xBF\xBF"},
               {0x10000, "\xF0\x90\x80\x80"},
               {0x10FFFF, "\xF4\x8F\xBF\xBF"}};
  for (const auto& [point, bytes] : edges) {
    std::string out;
    utf8::append(out, point);
    expect(text("UTF-8 writes U+", std::hex, point), out == bytes);
    expect(text("UTF-8 reads U+", std::hex, point), utf8::character(out + "x") == out.size());
    out.pop_back();
    expect(text("UTF-8 misses the end of U+", std::hex, point), utf8::character(out) == 0);
  }
  const struct {
    const char *what, *bytes;
  } wrong[] = {{"a lone continuation", "\x80"},
               {"an overlong form of two bytes", "\xC1\xBF"},
               {"an overlong form of three bytes", "\xE0\x9F\xBF"},
               {"an overlong form of four bytes", "\xF0\x8F\xBF\xBF"},
               {"the first surrogate", "\xED\xA0\x80"},
               {"the last surrogate", "\xED\xBF\xBF"},
               {"a character above U+10FFFF", "\xF4\x90\x80\x80"},
               {"a lead that never occurs", "\xF5\x80\x80\x80"},
               {"a letter in place of a continuation", "\xE2\x82z"}};
  for (const auto& [what, bytes] : wrong) expect(text("UTF-8 rejects ", what), utf8::character(bytes) == 0);
}
