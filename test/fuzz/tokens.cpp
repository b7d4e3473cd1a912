// Tokens: in either format any bytes are refused with kFormat or give windows that hold just the tokens that lie in the
// file, all of them within the vocabulary, and the shard comes back the same when it is written and read again.
#include "../../native/train/tokens.h"
#include "../../native/core/error.h"
#include "driver.h"
#include "scratch.h"

namespace {

using namespace sophia;
using Ids = std::vector<std::uint16_t>;

constexpr std::int64_t kRows = 3;

Ids ids_of(std::string_view input, std::size_t begin) {
  Ids ids((input.size() - begin) / 2);
  if (!ids.empty()) std::memcpy(ids.data(), input.data() + begin, 2 * ids.size());
  return ids;
}

// Cut into windows one after the other, the shard is all there.
void check_consecutive(const Tokens& shard, const Ids& ids, std::int64_t length) {
  std::vector<std::int32_t> tokens(static_cast<std::size_t>(kRows * length)), targets(tokens);
  std::size_t seen = 0;
  for (std::int64_t first = 0; first < shard.windows(length); first += kRows) {
    const std::int64_t counted = shard.consecutive(first, {kRows, length, tokens.data(), targets.data()});
    for (std::int64_t i = 0; i < counted; ++i, ++seen) {
      const auto at = static_cast<std::size_t>(i);
      fuzz::check(tokens[at] == ids.at(seen) && targets[at] == ids.at(seen + 1), "Tokens give the tokens of the file");
    }
  }
  fuzz::check(seen + 1 == std::max<std::size_t>(ids.size(), 1), "Tokens give every token but the first as a target");
}

void check_random(const Tokens& shard, std::int64_t length, std::int64_t vocabulary) try {
  std::vector<std::int32_t> tokens(static_cast<std::size_t>(kRows * length)), targets(tokens);
  shard.random({.seed = 1, .step = 0, .purpose = Purpose::kData}, {kRows, length, tokens.data(), targets.data()});
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    fuzz::check(tokens[i] < vocabulary && targets[i] < vocabulary, "Tokens lie within the vocabulary");
    const bool last = (i + 1) % static_cast<std::size_t>(length) == 0;
    fuzz::check(last || targets[i] == tokens[i + 1], "Tokens give the token that follows as the target");
  }
} catch (const Error& error) {
  fuzz::check(error.code == Code::kFormat && shard.count() <= length, "Tokens give a window where there is one");
}

void check_shard(std::string_view input, std::int64_t vocabulary, ShardFormat format) {
  const Tokens shard(fuzz::scratch(input), vocabulary, format);
  const Ids ids = ids_of(input, format == ShardFormat::kLlmc ? Tokens::kHeader : 0);
  fuzz::check(shard.count() == static_cast<std::int64_t>(ids.size()), "Tokens count what the file holds");
  for (const std::int64_t length : {1, 2, 7, 64}) {
    check_consecutive(shard, ids, length);
    check_random(shard, length, vocabulary);
  }
  if (ids.empty()) return;
  const std::string path = fuzz::output("tokens");
  write_tokens(path, ids);
  const Tokens again(path, vocabulary);
  ::unlink(path.c_str());
  check_consecutive(again, ids, 64);
}

void property(std::string_view input) {
  for (const std::int64_t vocabulary : {std::int64_t{100}, Tokens::kLargestVocabulary}) {
    for (const ShardFormat format : {ShardFormat::kLlmc, ShardFormat::kNanogpt}) {
      try {
        check_shard(input, vocabulary, format);
      } catch (const Error& error) {
        fuzz::check(error.code == Code::kFormat, "Tokens refuse with kFormat");
      }
    }
  }
}

// The magic number, the version and the count, so that mutants are not all refused for them.
void repair(std::string& input) {
  if (input.size() < Tokens::kHeader) input.resize(Tokens::kHeader);
  input.resize(input.size() / 2 * 2);
  const auto count = static_cast<std::int32_t>((input.size() - Tokens::kHeader) / 2);
  const std::int32_t header[] = {Tokens::kMagic, Tokens::kVersion, count};
  std::memcpy(input.data(), header, sizeof header);
}

}  // namespace

int main(int count, char** arguments) {
  return fuzz::run({"tokens", property, {std::string(64, '\x01'), "\xFF\xFF"}, repair}, count, arguments);
}
