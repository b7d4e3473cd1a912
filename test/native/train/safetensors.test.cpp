#include "../../../native/train/safetensors.h"
#include <bit>
#include <cmath>
#include <numeric>
#include "../check.h"
#include "../golden.h"
#include "../temporary.h"

using namespace check;
using namespace sophia;

namespace {

// The bytes of a file with this header and so many bytes of data.
std::string raw(const std::string& header, size_t data) {
  const uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(data, '\x01');
}

std::string tensor(const char* name, const char* dtype, const char* shape, const char* offsets) {
  return text("\"", name, "\":{\"dtype\":\"", dtype, "\",\"shape\":", shape, ",\"data_offsets\":", offsets, "}");
}

void rejects(const std::string& what, const std::string& file, const std::string& words) {
  const Temporary folder;
  expect_error("Safetensors rejects " + what, Code::kFormat, words,
               [&] { Safetensors(folder.put("hostile.safetensors", file)); });
}

void rejects_header(const std::string& what, const std::string& members, size_t data, const std::string& words) {
  rejects(what, raw(text("{", members, "}"), data), words);
}

template <class T, class From>
std::vector<T> through_a_file(Dtype dtype, const std::vector<From>& values) {
  const Temporary folder;
  const TensorSource source{"x", dtype, {values.size()}, values.data()};
  write_safetensors(folder / "x", {&source, 1});
  return golden::tensor<T>(Safetensors(folder / "x"), "x");
}

}  // namespace

TEST("Safetensors write and read") {
  const Temporary folder;
  const std::vector<float> a = {1.5f, -0.0f, std::bit_cast<float>(0x7FC12345u), 1e-45f, INFINITY, 3};
  const std::vector<double> b = {0.1};
  const std::vector<uint8_t> c = {1, 2, 3};
  const TensorSource sources[] = {{"c", Dtype::kU8, {3}, c.data()},
                                  {"a \"quoted\"", Dtype::kF32, {2, 3}, a.data()},
                                  {"b", Dtype::kF64, {}, b.data()},
                                  {"empty", Dtype::kF32, {0, 7}, nullptr}};
  write_safetensors(folder / "x", sources, {{"format", "sophia"}, {"step", "12"}});
  const Safetensors file(folder / "x");
  expect("Safetensors return the metadata", file.metadata() == Metadata{{"format", "sophia"}, {"step", "12"}});
  std::vector<uint32_t> bits(6);
  file.read(file.at("a \"quoted\""), std::as_writable_bytes(std::span(bits)));
  bool same = true;
  for (size_t i = 0; i < 6; ++i) same &= bits[i] == std::bit_cast<uint32_t>(a[i]);
  expect("Safetensors return the very bits", same);
  expect("Safetensors return shapes", file.at("a \"quoted\"").shape == std::vector<uint64_t>{2, 3} &&
                                          file.at("b").shape.empty() && file.at("b").count == 1 &&
                                          file.at("empty").count == 0);
  bool aligned = true;
  for (const auto& tensor : file.tensors()) aligned &= tensor.position % bytes(tensor.dtype) == 0;
  expect("Safetensors lie aligned to their elements", aligned && file.tensors()[0].name == "b");
  expect("Safetensors find no missing tensor", file.find("d") == nullptr);
  expect_error("Safetensors name a missing tensor", Code::kFormat, "\"d\"", [&] { file.at("d"); });
  std::vector<float> small(5);
  expect_error("Safetensors want room for a whole tensor", Code::kInvalidArgument, "6 elements, got 5", [&] {
    file.read(file.tensors()[1].count == 6 ? file.tensors()[1] : file.tensors()[2], std::span(small));
  });
  write_safetensors(folder / "none", {});
  expect("Safetensors may hold nothing", Safetensors(folder / "none").tensors().empty());
}

TEST("Safetensors convert") {
  using Bits = std::vector<uint16_t>;
  expect("Safetensors read F64 as float, rounded", through_a_file<float>(Dtype::kF64, std::vector{0.1})[0] == 0.1f);
  expect("Safetensors read F32 as double, exactly", through_a_file<double>(Dtype::kF32, std::vector{0.1f})[0] == 0.1f);
  expect("Safetensors read F16",
         through_a_file<float>(Dtype::kF16, Bits{0x3C00, 0x0001}) == std::vector{1.0f, 0x1p-24f});
  expect("Safetensors read BF16",
         through_a_file<float>(Dtype::kBf16, Bits{0x3F80, 0xC000}) == std::vector{1.0f, -2.0f});
  expect("Safetensors read whole numbers as double",
         through_a_file<double>(Dtype::kI8, std::vector<int8_t>{-128, 127}) == std::vector{-128.0, 127.0});
  expect("Safetensors read I64 as 32 bits where they fit",
         through_a_file<int32_t>(Dtype::kI64, std::vector<int64_t>{-1, 2147483647}) == std::vector{-1, 2147483647});
  std::vector<double> long_one(20001);
  std::iota(long_one.begin(), long_one.end(), 0.0);
  expect("Safetensors read more than one chunk",
         through_a_file<float>(Dtype::kF64, long_one) == std::vector<float>(long_one.begin(), long_one.end()));
  expect_error("Safetensors read no I64 beyond 32 bits as 32 bits", Code::kFormat, "32 bits, got I64",
               [] { through_a_file<int32_t>(Dtype::kI64, std::vector<int64_t>{int64_t{1} << 31}); });
  expect_error("Safetensors read no fractions as whole numbers", Code::kFormat, "32 bits, got F32",
               [] { through_a_file<int32_t>(Dtype::kF32, std::vector{1.0f}); });
}

TEST("Safetensors reject") {
  const std::string a = tensor("a", "F32", "[2]", "[0,8]");
  rejects("an empty file", "", "8 bytes or more, got 0");
  rejects("seven bytes", "1234567", "8 bytes or more, got 7");
  rejects("a header past the end", std::string("\x03\0\0\0\0\0\0\0{}", 10), "2 bytes or fewer, got 3");
  rejects("a header of 2^64 - 1 bytes", std::string(8, '\xFF') + "{}", "got 18446744073709551615");
  rejects("a header of no bytes", std::string(8, '\0'), "begins with '{'");
  rejects("a header that begins with a blank", raw(" {}", 0), "begins with '{'");
  rejects("a header that is no object", raw("[]", 0), "begins with '{'");
  rejects("a header cut short", raw("{\"a\":", 0), "a value");
  rejects("a NUL after the header", raw(std::string("{}\0", 3), 0), "the end");
  rejects_header("a tensor twice", a + "," + a, 8, "no second \"a\"");
  rejects_header("a tensor that is no object", "\"a\":1", 0, "\"a\": JSON: expected an object");
  rejects_header("a tensor without a dtype", R"("a":{"shape":[],"data_offsets":[0,4]})", 4, "\"dtype\"");
  rejects_header("a tensor without a shape", R"("a":{"dtype":"F32","data_offsets":[0,4]})", 4, "\"shape\"");
  rejects_header("a tensor without offsets", R"("a":{"dtype":"F32","shape":[1]})", 4, "\"data_offsets\"");
  rejects_header("an unknown dtype", tensor("a", "F31", "[2]", "[0,8]"), 8, "such as F32, got \"F31\"");
  rejects_header("a negative dimension", tensor("a", "F32", "[-2]", "[0,8]"), 8, "a whole number");
  rejects_header("a fractional dimension", tensor("a", "F32", "[2.0]", "[0,8]"), 8, "a whole number");
  rejects_header("2^63 elements", tensor("a", "F32", "[9223372036854775808]", "[0,8]"), 8,
                 "expected data_offsets that span");
  rejects_header("2^64 elements", tensor("a", "U8", "[4294967296,4294967296]", "[0,0]"), 0,
                 "expected data_offsets that span");
  rejects_header("a size that wraps around", tensor("a", "F32", "[4611686018427387906]", "[0,8]"), 8, "that span");
  rejects_header("one offset", tensor("a", "F32", "[2]", "[8]"), 8, "two data_offsets");
  rejects_header("three offsets", tensor("a", "F32", "[2]", "[0,8,8]"), 8, "two data_offsets");
  rejects_header("offsets backwards", tensor("a", "F32", "[2]", "[8,0]"), 8, "that span F32 [2], got [8,0]");
  rejects_header("a span that is not the size", tensor("a", "F32", "[3]", "[0,8]"), 8, "that span F32 [3], got [0,8]");
  rejects_header("offsets past the end", tensor("a", "F32", "[3]", "[0,12]"), 8, "12 bytes of data, got 8");
  rejects_header("offsets that wrap around", tensor("a", "U8", "[8]", "[18446744073709551600,18446744073709551608]"), 8,
                 "within the file");
  rejects_header("a tensor that ends before it begins, so that the whole seems to fit",
                 tensor("a", "U8", "[16]", "[0,16]") + "," + tensor("b", "U8", "[18446744073709551608]", "[16,8]"), 8,
                 "\"b\": expected data_offsets that span");
  rejects_header("a hole before the first", tensor("a", "F32", "[1]", "[4,8]"), 8, "expected offset 0");
  rejects_header("a hole between", a + "," + tensor("b", "U8", "[1]", "[9,10]"), 10, "\"b\": expected offset 8");
  rejects_header("an overlap", a + "," + tensor("b", "F32", "[2]", "[4,12]"), 12, "\"b\": expected offset 8");
  rejects_header("two tensors in one place", a + "," + tensor("b", "F32", "[2]", "[0,8]"), 8, "expected offset 8");
  rejects_header("bytes left over", a, 9, "8 bytes of data, got 9");
  rejects_header("data cut short", a, 7, "8 bytes of data, got 7");
  rejects_header("metadata that is no object", "\"__metadata__\":[]", 0, "\"__metadata__\": JSON: expected an object");
  rejects_header("metadata that is no text", "\"__metadata__\":{\"step\":1}", 0, "expected a string");
  rejects_header("deep nesting", "\"a\":" + std::string(100000, '['), 0, "at most 64 levels");
}

TEST("Safetensors accept") {
  const Temporary folder;
  const auto opens = [&](const std::string& members, const char* blanks, size_t data) {
    return Safetensors(folder.put("odd", raw(text("{", members, "}", blanks), data))).tensors().size();
  };
  const std::string a = tensor("a", "F32", "[1]", "[0,4]"), b = tensor("b", "F32", "[1]", "[4,8]");
  expect("Safetensors accept blanks after the header", opens("", "      ", 0) == 0);
  expect("Safetensors accept any order in the header", opens(b + "," + a, "", 8) == 2);
  expect("Safetensors accept empty tensors between others",
         opens(text(a, ",", b, ",", tensor("e", "F32", "[3,0]", "[4,4]")), "", 8) == 3);
}

TEST("Safetensors writer refuses") {
  const Temporary folder;
  const float x = 1;
  const TensorSource twice[] = {{"a", Dtype::kF32, {1}, &x}, {"a", Dtype::kF32, {1}, &x}};
  expect_error("Safetensors write no name twice", Code::kInvalidArgument, "another \"a\"",
               [&] { write_safetensors(folder / "x", twice); });
  const TensorSource reserved{"__metadata__", Dtype::kF32, {1}, &x};
  expect_error("Safetensors write no tensor named as the metadata", Code::kInvalidArgument, "__metadata__",
               [&] { write_safetensors(folder / "x", {&reserved, 1}); });
  const TensorSource huge{"a", Dtype::kF32, {uint64_t{1} << 62}, &x};
  expect_error("Safetensors write no shape of 2^64 bytes", Code::kInvalidArgument, "too large",
               [&] { write_safetensors(folder / "x", {&huge, 1}); });
  expect("Safetensors leave no file where they refuse", folder.files() == 0);
}

TEST("Golden files") {
  const Json manifest = golden::json("manifest");
  for (const auto& [name, about] : manifest.at("files").object()) {
    const Safetensors file(golden::path(name));
    expect("Golden " + name + " has the tensors of its manifest",
           file.tensors().size() == about.at("tensors").integer());
  }
  const double loss = golden::tensor(golden::open("tiny.model"), "loss")[0];
  expect("Golden tiny.model has the loss of its manifest",
         loss == manifest.at("models").at("tiny").at("loss").number());
  expect("Golden error is relative", golden::error(std::vector{3.0f, 4.0f}, std::vector{3.0, 5.0}), 0.18);
  expect("Golden error of NaN passes no tolerance", !(golden::error(std::vector{NAN}, std::vector{1.0}) <= 1e30));
  expect("Golden error of another length is infinite",
         std::isinf(golden::error(std::vector{1.0}, std::vector{1.0, 0.0})));
}
