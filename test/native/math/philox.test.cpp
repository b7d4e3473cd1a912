#include "../../../native/math/philox.h"
#include <vector>
#include "../check.h"

using namespace sophia;
using check::expect;

// The known answers that Random123 1.09 ships for philox4x32-10 (kat_vectors).
TEST("Philox") {
  struct Known {
    const char* name;
    Philox philox;
    std::uint32_t words[4];
  };
  constexpr std::uint32_t kOnes = 0xffffffff;
  for (const auto& [name, philox, words] :
       {Known{"zeros", {{0, 0}, {0, 0, 0, 0}}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        Known{"ones", {{kOnes, kOnes}, {kOnes, kOnes, kOnes, kOnes}}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        Known{"the digits of pi",
              {{0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
              {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}}) {
    std::uint32_t got[4];
    philox.blocks<1>(got);
    expect(std::string("Philox knows the answer to ") + name, std::equal(got, got + 4, words));
  }

  const auto side_by_side = [&]<int M>() {
    const Philox first{{7, 8}, {kOnes - 1, 41, 5, 6}};  // the blocks carry into the second word of the counter
    std::uint32_t together[4 * M], alone[4];
    first.blocks<M>(together);
    bool same = true;
    for (std::uint32_t i = 0; i < M; ++i) {
      Philox{{7, 8}, {kOnes - 1 + i, 41u + (i > 1), 5, 6}}.blocks<1>(alone);
      same &= std::equal(alone, alone + 4, together + 4 * i);
    }
    expect(text("Philox: ", M, " blocks side by side are those blocks"), same);
  };
  side_by_side.operator()<2>();
  side_by_side.operator()<4>();
  side_by_side.operator()<8>();
}
