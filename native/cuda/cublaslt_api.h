// What this project uses of cublasLt.h, declared again so that no header of NVIDIA's is needed: the names are NVIDIA's
// without their prefix, the values and layouts those of the cuBLASLt API of CUDA 12 and 13,
// https://docs.nvidia.com/cuda/cublas/#cublaslt-datatypes-reference.
#pragma once
#include <cstddef>
#include <cstdint>

namespace sophia::lt {

enum Status : int { kSuccess = 0, kInvalidValue = 7, kExecutionFailed = 13, kNotSupported = 15 };
enum DataType : int { kFloat = 0, kBf16 = 14 };                // CUDA_R_32F, CUDA_R_16BF
enum ComputeType : int { kCompute32F = 68, kFastTf32 = 77 };   // CUBLAS_COMPUTE_32F, CUBLAS_COMPUTE_32F_FAST_TF32
enum Operation : std::int32_t { kAsIs = 0, kTransposed = 1 };  // CUBLAS_OP_N, CUBLAS_OP_T
enum Epilogue : std::uint32_t { kPlain = 1, kBias = 4 };       // CUBLASLT_EPILOGUE_DEFAULT, _BIAS

// Of a description of a product, CUBLASLT_MATMUL_DESC_...: an Operation, an Operation, an Epilogue, an address.
enum DescAttribute : int { kTransposeA = 3, kTransposeB = 4, kEpilogue = 7, kBiasPointer = 8 };
// Of a layout, CUBLASLT_MATRIX_LAYOUT_...: an int32_t, an int64_t in elements.
enum LayoutAttribute : int { kBatchCount = 5, kBatchStride = 6 };
// Of a preference, CUBLASLT_MATMUL_PREF_...: a uint64_t, and a uint32_t for each matrix.
enum PreferenceAttribute : int {
  kMaxWorkspaceBytes = 1,
  kMinAlignmentA = 5,
  kMinAlignmentB = 6,
  kMinAlignmentC = 7,
  kMinAlignmentD = 8,
};

// Made and destroyed by the library, which alone knows them.
struct Context;
struct Desc;
struct Layout;
struct Preference;

struct Algorithm {
  std::uint64_t data[8];
};
struct Heuristic {
  Algorithm algorithm;
  std::size_t workspace;
  Status state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(Heuristic) == 96);

// f(return type, name, parameters) for every function of the library that is called.
#define SOPHIA_CUBLASLT(f)                                                                                             \
  f(Status, Create, (Context**)) f(Status, Destroy, (Context*)) f(const char*, GetStatusString, (Status))              \
      f(Status, MatmulDescCreate, (Desc**, ComputeType, DataType scale)) f(Status, MatmulDescDestroy, (Desc*))         \
          f(Status, MatmulDescSetAttribute, (Desc*, DescAttribute, const void* value, std::size_t bytes)) f(           \
              Status, MatrixLayoutCreate,                                                                              \
              (Layout**, DataType, std::uint64_t rows, std::uint64_t columns, std::int64_t ld))                        \
              f(Status, MatrixLayoutDestroy, (Layout*)) f(                                                             \
                  Status, MatrixLayoutSetAttribute, (Layout*, LayoutAttribute, const void* value, std::size_t bytes))  \
                  f(Status, MatmulPreferenceCreate, (Preference**)) f(Status, MatmulPreferenceDestroy, (Preference*))  \
                      f(Status, MatmulPreferenceSetAttribute,                                                          \
                        (Preference*, PreferenceAttribute, const void* value, std::size_t bytes))                      \
                          f(Status, MatmulAlgoGetHeuristic,                                                            \
                            (Context*, Desc*, Layout * a, Layout * b, Layout * c, Layout * d, Preference*, int wanted, \
                             Heuristic*, int* found))                                                                  \
                              f(Status, Matmul,                                                                        \
                                (Context*, Desc*, const void* alpha, const void* a, Layout*, const void* b, Layout*,   \
                                 const void* beta, const void* c, Layout*, void* d, Layout*, const Algorithm*,         \
                                 void* workspace, std::size_t workspace_bytes, void* stream))

struct Functions {
#define SOPHIA_MEMBER(Return, Name, Parameters) Return(*Name) Parameters;
  SOPHIA_CUBLASLT(SOPHIA_MEMBER)
#undef SOPHIA_MEMBER
};

}  // namespace sophia::lt
