#include "tokens.h"
#include <algorithm>
#include <bit>
#include "../core/error.h"

static_assert(std::endian::native == std::endian::little, "shards are read and written as they lie in memory");

namespace sophia {
namespace {

constexpr std::size_t kHeaderWords = Tokens::kHeader / sizeof(std::int32_t);
constexpr std::int64_t kCheckedTokens = 1 << 18;  // tokens checked at a time

// A loop that the compiler turns into SIMD, which std::max_element does not become.
std::uint16_t largest(std::span<const std::uint16_t> tokens) {
  std::uint16_t most = 0;
  for (const std::uint16_t token : tokens) most = std::max(most, token);
  return most;
}

// Where of so many places: 64 random bits scaled down, so that no place is favoured by more than places / 2^64.
std::int64_t place(const Draw& draw, std::int64_t row, std::int64_t places) {
  std::uint32_t word[2];
  bits(draw, 2 * static_cast<std::uint64_t>(row), word);
  const std::uint64_t random = std::uint64_t{word[1]} << 32 | word[0];
  return static_cast<std::int64_t>(static_cast<unsigned __int128>(random) * static_cast<std::uint64_t>(places) >> 64);
}

}  // namespace

ShardFormat shard_format(const std::string& name) {
  if (name == "llm.c") return ShardFormat::kLlmc;
  if (name == "nanogpt") return ShardFormat::kNanogpt;
  fail(Code::kInvalidArgument, text("Expected `format` to be one of llm.c, nanogpt, got ", name));
}

Tokens::Tokens(const std::string& path, std::int64_t vocabulary, ShardFormat format)
    : file_(path), vocabulary_(vocabulary), begin_(format == ShardFormat::kLlmc ? kHeader : 0) {
  require(vocabulary > 0, "expected a vocabulary of 1 or more, got ", vocabulary);
  count_ = format == ShardFormat::kLlmc ? count_by_header() : count_by_size();
  check_vocabulary();
}

void Tokens::refuse(const std::string& reason) const {
  fail(Code::kFormat, text("not a token shard: ", path(), ": ", reason));
}

std::int64_t Tokens::count_by_header() const {
  const auto size = static_cast<std::int64_t>(file_.size());
  if (size < kHeader) refuse(text("expected ", kHeader, " bytes or more, got ", size));
  std::int32_t header[kHeaderWords];
  file_.read(0, header, sizeof header);
  if (header[0] != kMagic) refuse(text("expected the magic number ", kMagic, ", got ", header[0]));
  if (header[1] != kVersion) refuse(text("expected version ", kVersion, ", got ", header[1]));
  const std::int64_t count = header[2];
  if (count < 0 || size != kHeader + 2 * count)
    refuse(text("expected ", (size - kHeader) / 2.0, " tokens, as the size of the file says, got a count of ", count));
  return count;
}

// The magic number begins with 55432, which is no token of GPT-2: no shard of nanoGPT is mistaken for one of llm.c.
std::int64_t Tokens::count_by_size() const {
  const auto size = static_cast<std::int64_t>(file_.size());
  std::int32_t start[2] = {};
  if (size >= std::int64_t{sizeof start}) file_.read(0, start, sizeof start);
  if (start[0] == kMagic && start[1] == kVersion) refuse("expected no header, got that of llm.c");
  if (size % 2 != 0) refuse(text("expected an even number of bytes, two for each token, got ", size));
  return size / 2;
}

void Tokens::check_vocabulary() const {
  if (vocabulary_ >= kLargestVocabulary) return;
  std::vector<std::uint16_t> chunk(static_cast<std::size_t>(std::min(kCheckedTokens, count_)));
  for (std::int64_t position = 0; position < count_; position += kCheckedTokens)
    read(position, std::span(chunk).first(static_cast<std::size_t>(std::min(kCheckedTokens, count_ - position))));
}

// Reads tokens and holds them to the vocabulary.
void Tokens::read(std::int64_t position, std::span<std::uint16_t> to) const {
  file_.read(static_cast<std::uint64_t>(begin_ + 2 * position), to.data(), to.size_bytes());
  if (largest(to) < vocabulary_) return;
  const auto wrong = std::find_if(to.begin(), to.end(), [&](std::uint16_t token) { return token >= vocabulary_; });
  fail(Code::kFormat, text(path(), ": expected tokens below the vocabulary of ", vocabulary_, ", got ", *wrong, " at ",
                           position + (wrong - to.begin())));
}

void Tokens::check_length(std::int64_t length) const {
  require(length > 0, "expected a window of 1 token or more, got ", length);
  if (count_ <= length) {
    fail(Code::kFormat,
         text(path(), ": expected more than ", length, " tokens, one window and the token after it, got ", count_));
  }
}

void Tokens::random(const Draw& draw, const Windows& to) const {
  check_length(to.length);
  std::vector<std::uint16_t> window(static_cast<std::size_t>(to.length) + 1);
  for (std::int64_t row = 0; row < to.rows; ++row) {
    read(place(draw, row, count_ - to.length), window);
    std::copy(window.begin(), window.end() - 1, to.tokens + row * to.length);
    std::copy(window.begin() + 1, window.end(), to.targets + row * to.length);
  }
}

std::int64_t Tokens::consecutive(std::int64_t first, const Windows& to) const {
  require(first >= 0 && to.length > 0, "expected a first window of 0 or more and a length of 1 or more, got ", first,
          " and ", to.length);
  std::vector<std::uint16_t> window(static_cast<std::size_t>(to.length) + 1);
  std::int64_t counted = 0;
  for (std::int64_t row = 0; row < to.rows; ++row) {
    std::int32_t *tokens = to.tokens + row * to.length, *targets = to.targets + row * to.length;
    std::fill_n(tokens, to.length, 0);
    std::fill_n(targets, to.length, kIgnored);
    const std::int64_t index = first + row;
    if (index >= windows(to.length)) continue;
    const std::int64_t targets_here = std::min(to.length, count_ - 1 - index * to.length);
    const auto some = std::span(window).first(static_cast<std::size_t>(targets_here) + 1);
    read(index * to.length, some);
    std::copy(some.begin(), some.end() - 1, tokens);
    std::copy(some.begin() + 1, some.end(), targets);
    counted += targets_here;
  }
  return counted;
}

void write_tokens(const std::string& path, std::span<const std::uint16_t> tokens) {
  require(!tokens.empty(), "expected one token or more to write to ", path);
  require(tokens.size() <= INT32_MAX, "expected fewer than 2^31 tokens in a shard, got ", tokens.size());
  const std::int32_t header[kHeaderWords] = {Tokens::kMagic, Tokens::kVersion,
                                             static_cast<std::int32_t>(tokens.size())};
  OutputFile file(path);
  file.write(header, sizeof header);
  file.write(tokens.data(), tokens.size_bytes());
  file.commit();
}

}  // namespace sophia
