// Objects with a table of fields as JSON. Apart from field.h, because nvcc cannot compile Json and kernels have fields.
#pragma once
#include <cmath>
#include <utility>
#include "error.h"
#include "field.h"
#include "json.h"

namespace sophia {

template <class T>
Json to_json(const T& object, std::span<const Field<T>> fields) {
  Json::Object json;
  for (const auto& field : fields) {
    std::visit([&](auto member) { json.push_back({field.name, Json(object.*member)}); }, field.member);
  }
  return json;
}

template <class T, class Whole>
T in_range(const char* name, Whole x) {
  if (!std::in_range<T>(x)) fail(Code::kFormat, text("JSON: expected a smaller \"", name, "\", got ", x));
  return static_cast<T>(x);
}

// A missing name, or a value of another type or out of its range, is an Error{kFormat}.
template <class T>
void from_json(const Json& json, std::span<const Field<T>> fields, T& object) {
  for (const auto& field : fields) {
    const Json& value = json.at(field.name);
    std::visit(
        [&](auto member) {
          using M = std::decay_t<decltype(object.*member)>;
          if constexpr (std::is_same_v<M, bool>) object.*member = value.boolean();
          else if constexpr (std::is_same_v<M, std::string>) object.*member = value.string();
          else if constexpr (std::is_same_v<M, double>) object.*member = value.is_null() ? NAN : value.number();
          else object.*member = in_range<M>(field.name, value.integer());
        },
        field.member);
  }
}

}  // namespace sophia
