#include "json.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include "error.h"
#include "utf8.h"

namespace sophia {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Json document() {
    Json result = value(0);
    space();
    if (at_ < text_.size()) expected("the end");
    return result;
  }

 private:
  [[noreturn]] void expected(std::string_view what) const {
    fail(Code::kFormat, sophia::text("JSON: expected ", what, " at byte ", at_));
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void space() {
    while (take(' ') || take('\t') || take('\n') || take('\r')) {
    }
  }

  Json value(int depth) {
    space();
    if (depth > Json::kDeepest) expected(sophia::text("at most ", Json::kDeepest, " levels"));
    switch (peek()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': return string();
      case 't': return literal("true", true);
      case 'f': return literal("false", false);
      case 'n': return literal("null", nullptr);
      default: return number();
    }
  }

  Json literal(std::string_view word, Json meaning) {
    if (text_.substr(at_, word.size()) != word) expected(word);
    at_ += word.size();
    return meaning;
  }

  Json array(int depth) {
    Json::Array elements;
    ++at_;
    space();
    if (take(']')) return elements;
    do elements.push_back(value(depth + 1));
    while (space(), take(','));
    if (!take(']')) expected("',' or ']'");
    return elements;
  }

  Json object(int depth) {
    Json::Object members;
    ++at_;
    space();
    if (take('}')) return members;
    do {
      space();
      if (peek() != '"') expected("a name in quotes");
      std::string name = string();
      space();
      if (!take(':')) expected("':'");
      members.push_back({std::move(name), value(depth + 1)});
    } while (space(), take(','));
    if (!take('}')) expected("',' or '}'");
    check_unique(members);
    return members;
  }

  // Sorted, so that an object of a million members costs no million squared.
  void check_unique(const Json::Object& members) const {
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const Json::Member& member : members) names.push_back(member.name);
    std::sort(names.begin(), names.end());
    const auto twin = std::adjacent_find(names.begin(), names.end());
    if (twin != names.end()) expected(sophia::text("no second \"", *twin, "\" in the object that ends"));
  }

  std::string string() {
    std::string out;
    ++at_;
    while (!take('"')) {
      if (take('\\')) {
        escape(out);
      } else {
        const size_t bytes = utf8::character(text_.substr(at_));
        if (bytes == 0) expected(at_ == text_.size() ? "'\"'" : "UTF-8");
        if (static_cast<unsigned char>(peek()) < 0x20) expected("no control character");
        out.append(text_, at_, bytes);
        at_ += bytes;
      }
    }
    return out;
  }

  void escape(std::string& out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    if (take('u')) return utf8::append(out, unicode());
    const size_t which = at_ < text_.size() ? kLetters.find(peek()) : std::string_view::npos;
    if (which == std::string_view::npos) expected("an escape");
    out += kMeanings[which];
    ++at_;
  }

  // The code point after \u, from two escapes when it lies above U+FFFF.
  uint32_t unicode() {
    const uint32_t first = hexadecimal();
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first > 0xDBFF || !take('\\') || !take('u')) expected("a pair of surrogates");
    const uint32_t second = hexadecimal();
    if (second < 0xDC00 || second > 0xDFFF) expected("a pair of surrogates");
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  uint32_t hexadecimal() {
    const std::string_view digits = text_.substr(at_, 4);
    uint32_t point = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
    if (error != std::errc() || end - digits.data() != 4) expected("four hexadecimal digits");
    at_ += 4;
    return point;
  }

  bool digits() {
    const size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }

  Json number() {
    const size_t begin = at_;
    bool whole = !take('-');
    if (!take('0') && !digits()) expected("a value");
    if (take('.')) {
      whole = false;
      if (!digits()) expected("a digit");
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) take('-');
      if (!digits()) expected("a digit");
    }
    const char *first = text_.data() + begin, *last = text_.data() + at_;
    uint64_t integer;
    if (whole && std::from_chars(first, last, integer).ec == std::errc()) return integer;
    double real;
    if (std::from_chars(first, last, real).ec != std::errc()) expected("a number that a double can hold before");
    return real;
  }

  std::string_view text_;
  size_t at_ = 0;
};

void write_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const size_t bytes = utf8::character(text);
    require(bytes > 0, "JSON: expected a string in UTF-8");
    const auto c = static_cast<unsigned char>(text[0]);
    if (c == '"' || c == '\\') out += '\\';
    if (c < 0x20) {
      static constexpr char kDigits[] = "0123456789abcdef";
      out.append("\\u00").append({kDigits[c >> 4], kDigits[c & 15]});
    } else {
      out.append(text, 0, bytes);
    }
    text.remove_prefix(bytes);
  }
  out += '"';
}

template <class Number>
void write_number(std::string& out, Number value) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace

struct Json::Writer {
  std::string& out;

  void operator()(std::nullptr_t) { out += "null"; }
  void operator()(bool value) { out += value ? "true" : "false"; }
  void operator()(uint64_t value) { write_number(out, value); }
  void operator()(double value) { std::isfinite(value) ? write_number(out, value) : (*this)(nullptr); }
  void operator()(const std::string& value) { write_string(out, value); }
  void operator()(const Array& elements) {
    const char* before = "";
    out += '[';
    for (const Json& element : elements) {
      out += std::exchange(before, ",");
      std::visit(*this, element.value_);
    }
    out += ']';
  }
  void operator()(const Object& members) {
    const char* before = "";
    out += '{';
    for (const auto& [name, value] : members) {
      out += std::exchange(before, ",");
      write_string(out, name);
      out += ':';
      std::visit(*this, value.value_);
    }
    out += '}';
  }
};

Json Json::parse(std::string_view text) { return Parser(text).document(); }

std::string Json::dump() const {
  std::string out;
  std::visit(Writer{out}, value_);
  return out;
}

template <class T>
const T& Json::as(const char* expected) const {
  static constexpr const char* kTypes[] = {"null",     "a boolean", "a number", "a number",
                                           "a string", "an array",  "an object"};
  if (const T* value = std::get_if<T>(&value_)) return *value;
  fail(Code::kFormat, text("JSON: expected ", expected, ", got ", kTypes[value_.index()]));
}

bool Json::is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
bool Json::boolean() const { return as<bool>("a boolean"); }
double Json::number() const {
  if (const uint64_t* whole = std::get_if<uint64_t>(&value_)) return static_cast<double>(*whole);
  return as<double>("a number");
}
uint64_t Json::integer() const { return as<uint64_t>("a whole number"); }
const std::string& Json::string() const { return as<std::string>("a string"); }
const Json::Array& Json::array() const { return as<Array>("an array"); }
const Json::Object& Json::object() const { return as<Object>("an object"); }

const Json* Json::find(std::string_view name) const {
  for (const Member& member : object())
    if (member.name == name) return &member.value;
  return nullptr;
}

const Json& Json::at(std::string_view name) const {
  if (const Json* value = find(name)) return *value;
  fail(Code::kFormat, text("JSON: expected a member \"", name, "\""));
}

}  // namespace sophia
