#include "../../../native/train/tokens.h"
#include <filesystem>
#include <numeric>
#include "../check.h"
#include "../temporary.h"

using namespace check;
using namespace sophia;

namespace {

using Ids = std::vector<std::uint16_t>;
using Row = std::vector<std::int32_t>;

// A shard whose tokens are their own positions, so that a window says where it was taken.
Ids positions(std::size_t count) {
  Ids ids(count);
  std::iota(ids.begin(), ids.end(), std::uint16_t{0});
  return ids;
}

struct Drawn {
  Drawn(std::int64_t rows, std::int64_t length)
      : rows(rows), length(length), tokens(static_cast<std::size_t>(rows * length)), targets(tokens) {}
  Windows windows() { return {rows, length, tokens.data(), targets.data()}; }
  std::int64_t rows, length;
  Row tokens, targets;
};

Row random_tokens(const Tokens& shard, const Draw& draw, std::int64_t rows, std::int64_t length) {
  Drawn batch(rows, length);
  shard.random(draw, batch.windows());
  return batch.tokens;
}

void rejects_shard(const std::string& what, const std::string& bytes, const std::string& words) {
  const Temporary folder;
  expect_error("Tokens reject " + what, Code::kFormat, words, [&] { Tokens(folder.put("hostile.bin", bytes)); });
}

std::string header(std::int32_t magic, std::int32_t version, std::int32_t count) {
  std::int32_t words[256] = {magic, version, count};
  return {reinterpret_cast<const char*>(words), sizeof words};
}

}  // namespace

TEST("Tokens") {
  const Temporary folder;
  write_tokens(folder / "a.bin", Ids{5, 65535, 0});
  expect("Tokens are written as llm.c writes them",
         folder.get("a.bin") == header(20240520, 1, 3) + std::string("\5\0\xFF\xFF\0\0", 6));
  expect("Tokens return their count", Tokens(folder / "a.bin").count() == 3);
  expect_error("Tokens write no empty shard", Code::kInvalidArgument, "one token or more",
               [&] { write_tokens(folder / "b.bin", {}); });
  expect("Tokens leave no file where they refuse", folder.files() == 1);
  expect_error("Tokens want a vocabulary", Code::kInvalidArgument, "vocabulary of 1 or more",
               [&] { Tokens(folder / "a.bin", 0); });
  expect_error("Tokens name a missing shard", Code::kIo, "c.bin: No such file", [&] { Tokens(folder / "c.bin"); });
}

TEST("Tokens reject") {
  rejects_shard("an empty file", "", "1024 bytes or more, got 0");
  rejects_shard("a header cut short", header(20240520, 1, 0).substr(1), "1024 bytes or more, got 1023");
  rejects_shard("another magic number", header(20240521, 1, 0), "magic number 20240520, got 20240521");
  rejects_shard("another version", header(20240520, 2, 0), "version 1, got 2");
  rejects_shard("a negative count", header(20240520, 1, -1), "a count of -1");
  rejects_shard("fewer tokens than it says", header(20240520, 1, 3) + "1234", "expected 2 tokens");
  rejects_shard("more tokens than it says", header(20240520, 1, 1) + "1234", "expected 2 tokens");
  rejects_shard("half a token", header(20240520, 1, 2) + "12345", "expected 2.5 tokens");
  rejects_shard("a count of 2^31 - 1 in a small file", header(20240520, 1, 2147483647) + "12", "a count of 2147483647");
}

TEST("Tokens of nanoGPT") {
  const Temporary folder;
  const auto raw = [&](const std::string& bytes, const std::string& name = "raw.bin") {
    return Tokens(folder.put(name, bytes), 100, ShardFormat::kNanogpt);
  };
  const Tokens shard = raw(std::string("\1\0\2\0\3\0", 6));
  Drawn batch(1, 2);
  expect("Tokens of nanoGPT are counted by their size", shard.count() == 3 && raw("", "none.bin").count() == 0);
  expect("Tokens of nanoGPT begin with the file",
         shard.consecutive(0, batch.windows()) == 2 && batch.tokens == Row{1, 2} && batch.targets == Row{2, 3});
  const auto refused = [&](const std::string& what, const std::string& bytes, const std::string& words) {
    expect_error("Tokens of nanoGPT reject " + what, Code::kFormat, words, [&] { raw(bytes, "odd.bin"); });
  };
  refused("half a token", "123", "even number of bytes, two for each token, got 3");
  refused("a header of llm.c", header(20240520, 1, 0), "expected no header, got that of llm.c");
  refused("a token outside the vocabulary", std::string("\1\0\144\0", 4), "of 100, got 100 at 1");
  expect("Formats have the names that JavaScript knows",
         shard_format("llm.c") == ShardFormat::kLlmc && shard_format("nanogpt") == ShardFormat::kNanogpt);
  expect_error("Formats that do not exist are named", Code::kInvalidArgument, "got npy", [] { shard_format("npy"); });
}

TEST("Tokens check the vocabulary") {
  const Temporary folder;
  Ids ids(600000, 255);
  ids[599999] = 256;
  write_tokens(folder / "a.bin", ids);
  expect("Tokens accept what lies below the vocabulary", Tokens(folder / "a.bin", 257).count() == 600000);
  expect_error("Tokens reject a token outside the vocabulary and say where", Code::kFormat, "of 256, got 256 at 599999",
               [&] { Tokens(folder / "a.bin", 256); });

  write_tokens(folder / "b.bin", Ids(100, 7));
  const Tokens shard(folder / "b.bin", 8);
  std::string changed = folder.get("b.bin");
  changed[Tokens::kHeader + 2 * 50] = 8;
  folder.put("b.bin", changed);
  expect_error("Tokens notice a token that changed after they were opened", Code::kFormat, "of 8, got 8 at 50",
               [&] { random_tokens(shard, {1, 0, Purpose::kData}, 1, 99); });
  std::filesystem::resize_file(folder / "b.bin", Tokens::kHeader + 20);
  expect_error("Tokens survive a shard that is cut short", Code::kIo, "more bytes",
               [&] { random_tokens(shard, {1, 0, Purpose::kData}, 1, 99); });
}

TEST("Tokens at random") {
  const Temporary folder;
  write_tokens(folder / "a.bin", positions(50));
  const Tokens shard(folder / "a.bin");
  const Draw draw{.seed = 1, .step = 2, .purpose = Purpose::kData, .micro = 3};

  Drawn batch(4, 10);
  shard.random(draw, batch.windows());
  bool consecutive = true, follow = true;
  for (std::size_t i = 0; i < 40; ++i) {
    consecutive &= i % 10 == 0 || batch.tokens[i] == batch.tokens[i - 1] + 1;
    follow &= batch.targets[i] == batch.tokens[i] + 1;
  }
  expect("Tokens give windows of consecutive tokens", consecutive);
  expect("Tokens give the token that follows as the target", follow);
  expect("Tokens give the same windows for the same draw", random_tokens(shard, draw, 4, 10) == batch.tokens);
  const Row first(batch.tokens.begin(), batch.tokens.begin() + 20);
  expect("Tokens give a row whatever rows come after it", random_tokens(shard, draw, 2, 10) == first);
  for (const Draw& other : {Draw{2, 2, Purpose::kData, 3}, Draw{1, 3, Purpose::kData, 3}, Draw{1, 2, Purpose::kData, 4},
                            Draw{1, 2, Purpose::kEvaluation, 3}})
    expect("Tokens give other windows for another seed, step, micro-batch or purpose",
           random_tokens(shard, other, 4, 10) != batch.tokens);

  expect("Tokens give the one window of a shard that holds one", random_tokens(shard, draw, 1, 49)[0] == 0);
  expect_error("Tokens want one window and the token after it", Code::kFormat, "more than 50 tokens",
               [&] { shard.check_length(50); });
  expect_error("Tokens give no window of nothing", Code::kInvalidArgument, "1 token or more, got 0",
               [&] { random_tokens(shard, draw, 1, 0); });
}

TEST("Tokens are drawn uniformly") {
  const Temporary folder;
  constexpr std::int64_t kPlaces = 40, kRows = 500, kSteps = 80;
  write_tokens(folder / "a.bin", positions(50));
  const Tokens shard(folder / "a.bin");
  std::vector<double> seen(kPlaces);
  for (std::uint32_t step = 0; step < kSteps; ++step) {
    const Row tokens = random_tokens(shard, {7, step, Purpose::kData}, kRows, 10);
    for (std::size_t row = 0; row < kRows; ++row) ++seen.at(static_cast<std::size_t>(tokens[row * 10]));
  }
  const double expected = static_cast<double>(kRows * kSteps) / kPlaces;
  double chi = 0;
  for (const double n : seen) chi += (n - expected) * (n - expected) / expected;
  expect("Tokens start at every place alike: χ² of 39 degrees, 99.9 % below 72.1", chi, 72.1);
  expect("Tokens do not start more alike than chance: χ² of 39 degrees, 0.1 % below 16.3", chi > 16.3);
}

TEST("Tokens one after the other") {
  const Temporary folder;
  write_tokens(folder / "a.bin", positions(12));
  const Tokens shard(folder / "a.bin");
  expect("Tokens count their windows, the last one shorter",
         shard.windows(4) == 3 && shard.windows(11) == 1 && shard.windows(10) == 2 && shard.windows(100) == 1);
  Drawn batch(2, 4);
  expect("Tokens fill whole windows", shard.consecutive(0, batch.windows()) == 8);
  expect("Tokens start at the first", batch.tokens == Row{0, 1, 2, 3, 4, 5, 6, 7});
  expect("Tokens are each a target once", batch.targets == Row{1, 2, 3, 4, 5, 6, 7, 8});
  expect("Tokens count the targets of the end", shard.consecutive(2, batch.windows()) == 3);
  expect("Tokens end with the last", batch.tokens == Row{8, 9, 10, 0, 0, 0, 0, 0});
  expect("Tokens ignore what lies beyond the end", batch.targets == Row{9, 10, 11, -1, -1, -1, -1, -1});
  expect("Tokens have nothing after the end", shard.consecutive(3, batch.windows()) == 0);
  write_tokens(folder / "b.bin", Ids{3});
  expect("Tokens of one have no windows",
         Tokens(folder / "b.bin").windows(1) == 0 && Tokens(folder / "b.bin").consecutive(0, batch.windows()) == 0);
  const Tokens none(folder.put("c.bin", header(20240520, 1, 0)));
  expect("Tokens of none have no windows", none.windows(1) == 0 && none.consecutive(0, batch.windows()) == 0);
}
