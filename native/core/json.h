// Json: a strict JSON value (RFC 8259), its parser and its writer.
//
//   const Json header = Json::parse(text);
//   const uint64_t step = header.at("step").integer();
//   const std::string line = Json(Json::Object{{"step", 3}, {"loss", 2.5}}).dump();
//
// Strict: no duplicate names, no lone surrogates, no invalid UTF-8, no more than kDeepest levels, nothing after the
// value. Every error is an Error{kFormat} that says what was expected and at which byte. Objects keep their order.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sophia {

class Json {
 public:
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;
  static constexpr int kDeepest = 64;

  // Whole numbers from 0 to 2^64 - 1 are exact; every other number is a double.
  Json(std::nullptr_t = nullptr) {}
  Json(bool value) : value_(value) {}
  Json(std::integral auto value) : value_(static_cast<uint64_t>(value)) {
    if (value < 0) value_ = static_cast<double>(value);
  }
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  static Json parse(std::string_view text);

  // Compact, with the shortest digits that read back as the same double; NaN and the infinities become null.
  // A string that is not UTF-8 is an Error{kInvalidArgument}.
  std::string dump() const;

  // The value as one type; Error{kFormat} when it is another. integer() wants a whole number below 2^64.
  bool is_null() const;
  bool boolean() const;
  double number() const;
  uint64_t integer() const;
  const std::string& string() const;
  const Array& array() const;
  const Object& object() const;

  // A member of an object: null when it is missing, or Error{kFormat} that names it.
  const Json* find(std::string_view name) const;
  const Json& at(std::string_view name) const;

 private:
  struct Writer;
  template <class T>
  const T& as(const char* expected) const;
  std::variant<std::nullptr_t, bool, uint64_t, double, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string name;
  Json value;
};

}  // namespace sophia
