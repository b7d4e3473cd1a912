#include "../../../native/core/json.h"
#include <climits>
#include "../../../native/core/field_json.h"
#include <cmath>
#include <limits>
#include "../check.h"

using namespace check;
using namespace sophia;

namespace {

void rejects(const std::string& what, const std::string& text, const std::string& words) {
  expect_error("Json rejects " + what, Code::kFormat, words, [&] { Json::parse(text); });
}

void returns(const std::string& what, const std::string& text) {
  const std::string again = Json::parse(text).dump();
  expect("Json writes back " + what + (again == text ? "" : ": got " + again), again == text);
}

std::string nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST("Json reads") {
  const Json value = Json::parse(" {\"a\" : [1, -2.5e1, true, false, null] ,\r\n\t\"b\":{}, \"\":\"x\"} ");
  expect("Json reads members in their order", value.object()[2].name.empty() && value.object()[1].name == "b");
  const Json::Array& a = value.at("a").array();
  expect("Json reads whole numbers exactly", a[0].integer() == 1 && a[0].number() == 1.0);
  expect("Json reads negative numbers, fractions and exponents", a[1].number() == -25.0);
  expect("Json reads true, false and null", a[2].boolean() && !a[3].boolean() && a[4].is_null());
  expect("Json finds no missing member", value.find("c") == nullptr && value.find("b") != nullptr);
  expect("Json keeps 2^64 - 1", Json::parse("18446744073709551615").integer() == ~uint64_t{0});
  expect("Json reads 2^64 as a double", Json::parse("18446744073709551616").number() == 0x1p64);
  expect("Json reads the smallest double", Json::parse("5e-324").number() == 5e-324);
  expect("Json reads minus zero", std::signbit(Json::parse("-0").number()));
  expect("Json reads escapes", Json::parse(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00")").string() ==
                                   "\"\\/\b\f\n\r\tA\u00e9\u20ac\U0001F600");
  expect("Json reads a NUL in a string", Json::parse("\"a\\u0000b\"").string() == std::string("a\0b", 3));
  expect("Json reads as many levels as it says", !Json::parse(nested(Json::kDeepest + 1)).is_null());
}

TEST("Json rejects") {
  rejects("nothing", "", "a value at byte 0");
  rejects("blanks", "  \n", "a value at byte 3");
  rejects("two values", "1 2", "the end at byte 2");
  rejects("a NUL after the value", std::string("1\0", 2), "the end at byte 1");
  rejects("a misspelt word", "trux", "true");
  rejects("a word cut short", "nul", "null");
  rejects("a comma before the end", "[1,]", "a value at byte 3");
  rejects("an array without an end", "[1", "',' or ']'");
  rejects("an object without an end", "{\"a\":1", "',' or '}'");
  rejects("a name without quotes", "{a:1}", "a name in quotes");
  rejects("a name without a value", "{\"a\"}", "':'");
  rejects("a duplicate name", R"({"a":1,"b":2,"\u0061":3})", "no second \"a\"");
  rejects("a leading zero", "01", "the end at byte 1");
  rejects("a plus sign", "+1", "a value");
  rejects("a bare minus", "-", "a value");
  rejects("a point without digits", "1.", "a digit");
  rejects("an exponent without digits", "1e+", "a digit");
  rejects("a number beyond the doubles", "1e999", "a number that a double can hold");
  rejects("NaN", "NaN", "a value");
  rejects("hexadecimal", "0x10", "the end");
  rejects("a string without an end", "\"abc", "'\"'");
  rejects("a string that ends in a backslash", "\"\\", "an escape");
  rejects("an unknown escape", R"("\x")", "an escape");
  rejects("a short \\u", R"("\u12")", "four hexadecimal digits");
  rejects("a signed \\u", R"("\u-123")", "four hexadecimal digits");
  rejects("a lone high surrogate", R"("\ud83d")", "a pair of surrogates");
  rejects("a lone low surrogate", R"("\ude00")", "a pair of surrogates");
  rejects("two low surrogates", R"("\ude00\ude00")", "a pair of surrogates");
  rejects("two high surrogates", R"("\ud83d\ud83d")", "a pair of surrogates");
  rejects("a high surrogate before a letter", R"("\ud83d\u0041")", "a pair of surrogates");
  rejects("a control character", "\"a\nb\"", "no control character");
  rejects("one level too many", nested(Json::kDeepest + 2), "at most 64 levels");
  rejects("a million open brackets", std::string(1000000, '['), "at most 64 levels");
}

TEST("Json checks UTF-8") {
  expect("Json keeps UTF-8", Json::parse("\"\xF0\x9F\x98\x80\"").string() == "\U0001F600");
  rejects("a surrogate in UTF-8", "\"\xED\xA0\x80\"", "UTF-8");
  rejects("a name that is not UTF-8", "{\"\xFF\":1}", "UTF-8");
  rejects("a character cut short", "\"\xE2\x82", "UTF-8");
}

TEST("Json writes") {
  const Json line =
      Json::Object{{"step", 3}, {"loss", 0.1}, {"warning", "a \"b\"\n\\"}, {"list", Json::Array{1, -2, true, {}}}};
  expect("Json writes compactly and escapes",
         line.dump() == R"({"step":3,"loss":0.1,"warning":"a \"b\"\u000a\\","list":[1,-2,true,null]})");
  const double infinity = std::numeric_limits<double>::infinity();
  expect("Json writes what is not finite as null",
         Json(Json::Array{infinity, -infinity, NAN}).dump() == "[null,null,null]");
  expect_error("Json writes no string that is not UTF-8", Code::kInvalidArgument, "UTF-8", [] { Json("\xFF").dump(); });
  returns("empty containers", R"([{},[]])");
  returns("2^64 - 1", "18446744073709551615");
  returns("shortest doubles", "[0.1,1e-09,1.7976931348623157e+308,5e-324,-0,1.5]");
  for (const double value : {1.0 / 3, 1e22, 123456789012345680.0, -1.0, 0x1p63, 2.2250738585072014e-308})
    expect(text("Json writes ", value, " so that it reads back"), Json::parse(Json(value).dump()).number() == value);
}

TEST("Json accessors") {
  const Json value = Json::parse(R"({"text":"x","real":1.5,"minus":-1})");
  expect_error("Json names the types it wanted and got", Code::kFormat, "expected a number, got a string",
               [&] { value.at("text").number(); });
  expect_error("Json takes no fraction for a whole number", Code::kFormat, "expected a whole number, got a number",
               [&] { value.at("real").integer(); });
  expect_error("Json takes no negative number for a whole one", Code::kFormat, "a whole number",
               [&] { value.at("minus").integer(); });
  expect_error("Json names the missing member", Code::kFormat, "a member \"seed\"", [&] { value.at("seed"); });
  expect_error("Json finds members in objects only", Code::kFormat, "expected an object, got null",
               [] { Json().find("a"); });
}

TEST("Objects from Json") {
  struct Sizes {
    std::int64_t wide;
    int narrow;
    std::string unlisted;  // as large as the largest member that a field may have: g++ 12 warns of less
  };
  static constexpr Field<Sizes> kFields[] = {{"wide", &Sizes::wide}, {"narrow", &Sizes::narrow}};
  const auto read = [](const std::string& json) {
    Sizes sizes;
    from_json<Sizes>(Json::parse(json), kFields, sizes);
    return sizes;
  };
  expect("from_json reads the largest number of its type", read(R"({"wide":1,"narrow":2147483647})").narrow == INT_MAX);
  expect_error("from_json refuses a number that its type does not hold", Code::kFormat, "a smaller \"narrow\"",
               [&] { read(R"({"wide":1,"narrow":2147483648})"); });
  expect_error("from_json refuses what would wrap to a negative number", Code::kFormat, "a smaller \"wide\"",
               [&] { read(R"({"wide":18446744073709551615,"narrow":1})"); });
}
