// Tokens: a shard of token ids, and the windows that training and evaluation read from it. The format is llm.c's:
//
//   1024 bytes   256 × int32: kMagic, kVersion, the count of tokens, zeros
//   the rest     the tokens, uint16
//
// or nanoGPT's, which is the tokens alone and so has nothing to be known by: the caller says which it is. All is
// little-endian. Every token is checked against the vocabulary when the shard is opened, and those of a window once
// more when it is read: the file may change under a long run, and no embedding is to be looked up outside its table.
// A shard that is wrong is an Error{kFormat}, a system that fails an Error{kIo}.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>
#include "../math/random.h"
#include "file.h"

namespace sophia {

// Room for a batch: tokens and targets, both (rows, length). targets[i] is the token that follows tokens[i].
struct Windows {
  std::int64_t rows, length;
  std::int32_t *tokens, *targets;
};

enum class ShardFormat { kLlmc, kNanogpt };

// By its name in JavaScript: "llm.c" or "nanogpt".
ShardFormat shard_format(const std::string& name);

class Tokens {
 public:
  static constexpr std::int32_t kMagic = 20240520, kVersion = 1;
  static constexpr std::int64_t kHeader = 1024;              // bytes
  static constexpr std::int64_t kLargestVocabulary = 65536;  // that uint16 can name
  static constexpr std::int32_t kIgnored = -1;               // the target of a position that does not count

  explicit Tokens(const std::string& path, std::int64_t vocabulary = kLargestVocabulary,
                  ShardFormat format = ShardFormat::kLlmc);

  const std::string& path() const { return file_.path(); }
  std::int64_t count() const { return count_; }

  // Error{kFormat} unless the shard holds one window: length tokens and the one that follows.
  void check_length(std::int64_t length) const;

  // Windows at random places, overlaps allowed: row r begins at a pure function of the draw and r, each of the
  // count − length places as likely as any other (to count / 2^64).
  void random(const Draw& draw, const Windows& to) const;

  // The windows first, first + 1, … of the shard cut into windows one after the other, so that every token but the
  // first is a target once. Beyond the end tokens are 0 and targets kIgnored. Returns how many targets count.
  std::int64_t consecutive(std::int64_t first, const Windows& to) const;
  std::int64_t windows(std::int64_t length) const { return (std::max<std::int64_t>(count_, 1) + length - 2) / length; }

 private:
  std::int64_t count_by_header() const;
  std::int64_t count_by_size() const;
  [[noreturn]] void refuse(const std::string& reason) const;
  void check_vocabulary() const;
  void read(std::int64_t position, std::span<std::uint16_t> to) const;

  InputFile file_;
  std::int64_t vocabulary_;
  std::int64_t begin_;  // of the tokens, in bytes
  std::int64_t count_;
};

// Writes a shard, whole or not at all (OutputFile). An empty one is an Error{kInvalidArgument}.
void write_tokens(const std::string& path, std::span<const std::uint16_t> tokens);

}  // namespace sophia
