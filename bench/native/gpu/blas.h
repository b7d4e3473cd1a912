// cuBLAS, where the machine has it: opened at run time, so that nothing needs it. Its products go by cuBLASLt.
#pragma once
#include <dlfcn.h>
#include <memory>
#include "clock.h"

namespace bench {

class Blas {
 public:
  // None where it cannot be opened.
  static std::unique_ptr<Blas> open(cudaStream_t stream) {
    for (const char* name : {"libcublas.so.13", "libcublas.so.12", "libcublas.so"})
      if (void* library = dlopen(name, RTLD_NOW)) {
        std::unique_ptr<Blas> blas(new Blas(library));
        return blas->start(stream) ? std::move(blas) : nullptr;
      }
    return nullptr;
  }
  ~Blas() {
    if (handle_) function<int(void*)>("cublasDestroy_v2")(handle_);
    dlclose(library_);
  }
  Blas(const Blas&) = delete;
  Blas& operator=(const Blas&) = delete;

  // C = A·B, square, row-major: its columns are our rows, so the factors change places. Bf16 is summed in float.
  void multiply(int size, const void* a, const void* b, void* c, Bound numbers) {
    constexpr int kPlain = 0, kFloats = 0, kBf16s = 14, kComputeFloats = 68, kComputeTf32 = 77, kAnyAlgorithm = -1;
    const float one = 1, zero = 0;
    const int type = numbers == Bound::kBf16 ? kBf16s : kFloats;
    multiply_(handle_, kPlain, kPlain, size, size, size, &one, b, type, size, a, type, size, &zero, c, type, size,
              numbers == Bound::kTf32 ? kComputeTf32 : kComputeFloats, kAnyAlgorithm);
  }

 private:
  using Multiply = int(void*, int, int, int, int, int, const void*, const void*, int, int, const void*, int, int,
                       const void*, void*, int, int, int, int);

  explicit Blas(void* library) : library_(library) {}
  template <class F>
  F* function(const char* name) {
    return reinterpret_cast<F*>(dlsym(library_, name));
  }
  bool start(cudaStream_t stream) {
    auto* const create = function<int(void**)>("cublasCreate_v2");
    auto* const follow = function<int(void*, cudaStream_t)>("cublasSetStream_v2");
    multiply_ = function<Multiply>("cublasGemmEx");
    return create && follow && multiply_ && create(&handle_) == 0 && follow(handle_, stream) == 0;
  }

  void *library_, *handle_ = nullptr;
  Multiply* multiply_ = nullptr;
};

}  // namespace bench
