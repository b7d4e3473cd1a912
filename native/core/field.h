// Field<T>: a member of an options struct and the name that the outside world knows it by. JavaScript objects and
// checkpoints are read and written through tables of these, so a name is spelt once.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <variant>

namespace sophia {

template <class T>
struct Field {
  const char* name;
  std::variant<double T::*, int T::*, std::int64_t T::*, std::uint64_t T::*, bool T::*, std::string T::*> member;
};

}  // namespace sophia
