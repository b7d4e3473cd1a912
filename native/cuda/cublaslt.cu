#include "cublaslt.h"
#include <dlfcn.h>
#include <cstdlib>
#include <utility>
#include <vector>
#include "../core/error.h"
#include "cublaslt_api.h"

namespace sophia {

namespace {

// What an algorithm may take of scratch memory: as much as NVIDIA recommends for its largest GPUs.
constexpr std::uint64_t kMostWorkspace = std::uint64_t{32} << 20;

std::vector<std::string> libraries() {
  if (const char* const named = std::getenv("SOPHIA_CUBLASLT")) return {named};
  return {"libcublasLt.so.13", "libcublasLt.so.12"};
}

// The first library that opens. It stays open: it has threads of its own.
void* open_library() {
  std::string reasons;
  for (const std::string& name : libraries()) {
    if (void* const library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    reasons += text(reasons.empty() ? "" : "; ", dlerror());
  }
  fail(Code::kDevice, text("cuBLASLt cannot be opened: ", reasons));
}

template <class F>
void find(void* library, const char* name, F*& function) {
  function = reinterpret_cast<F*>(dlsym(library, name));
  if (function == nullptr) fail(Code::kDevice, text("cuBLASLt cannot be used: it has no ", name));
}

// What the library has made, destroyed by its own function.
template <class T>
class Owned {
 public:
  explicit Owned(lt::Status (*destroy)(T*)) : destroy_(destroy) {}
  ~Owned() {
    if (value_ != nullptr) destroy_(value_);
  }
  Owned(const Owned&) = delete;
  T** operator&() { return &value_; }
  operator T*() const { return value_; }

 private:
  lt::Status (*destroy_)(T*);
  T* value_ = nullptr;
};

}  // namespace

struct Cublaslt::Api : lt::Functions {
  lt::Context* context = nullptr;

  Api() {
    void* const library = open_library();
#define SOPHIA_FIND(Return, Name, Parameters) find(library, "cublasLt" #Name, Name);
    SOPHIA_CUBLASLT(SOPHIA_FIND)
#undef SOPHIA_FIND
    if (const lt::Status status = Create(&context); status != lt::kSuccess)
      fail(Code::kDevice, text("cuBLASLt cannot be used: cublasLtCreate: ", GetStatusString(status)));
  }
  ~Api() {
    if (context != nullptr) Destroy(context);
  }
};

// A row-major matrix is the transpose of the column-major one in the same memory, which is all that cuBLASLt knows. And
// Cᵀ = op(B)ᵀ op(A)ᵀ: it is given B first, and finds the transposes done that C needs.
struct Cublaslt::Plan {
  Owned<lt::Desc> product;
  Owned<lt::Layout> first, second, result;  // B, A, C
  lt::Algorithm algorithm = {};
  std::size_t workspace = 0;
  bool works = false;
  std::string reason;

  explicit Plan(const Api& api)
      : product(api.MatmulDescDestroy),
        first(api.MatrixLayoutDestroy),
        second(api.MatrixLayoutDestroy),
        result(api.MatrixLayoutDestroy) {}
};

Cublaslt::Cublaslt() : api_(std::make_unique<Api>()) {}
Cublaslt::~Cublaslt() = default;

bool Cublaslt::ok(int status, const char* what) {
  if (status == lt::kSuccess) return true;
  status_ = text("cublasLt", what, ": ", api_->GetStatusString(static_cast<lt::Status>(status)));
  return false;
}

#define LT(Name, ...) ok(api_->Name(__VA_ARGS__), #Name)

bool Cublaslt::describe(Plan& plan, const LtProblem& p, const void* bias) {
  const auto set = [&](lt::DescAttribute attribute, const auto& value) {
    return LT(MatmulDescSetAttribute, plan.product, attribute, &value, sizeof value);
  };
  const auto factor = p.bf16_factors ? lt::kBf16 : lt::kFloat;
  struct Matrix {
    lt::DataType type;
    std::int64_t rows, columns, ld, stride;
  };
  const auto of_batch = [&](Owned<lt::Layout>& to, lt::LayoutAttribute attribute, const auto& value) {
    return LT(MatrixLayoutSetAttribute, to, attribute, &value, sizeof value);
  };
  const auto layout = [&](Owned<lt::Layout>& to, bool flipped, Matrix x) {
    if (flipped) std::swap(x.rows, x.columns);
    return LT(MatrixLayoutCreate, &to, x.type, static_cast<std::uint64_t>(x.rows),
              static_cast<std::uint64_t>(x.columns), x.ld) &&
           (p.batch == 1 || (of_batch(to, lt::kBatchCount, static_cast<std::int32_t>(p.batch)) &&
                             of_batch(to, lt::kBatchStride, x.stride)));
  };
  return LT(MatmulDescCreate, &plan.product, p.tf32 ? lt::kFastTf32 : lt::kCompute32F, lt::kFloat) &&
         set(lt::kTransposeA, p.transpose_b ? lt::kTransposed : lt::kAsIs) &&
         set(lt::kTransposeB, p.transpose_a ? lt::kTransposed : lt::kAsIs) &&
         (!p.biased || (set(lt::kEpilogue, lt::kBias) && set(lt::kBiasPointer, bias))) &&
         layout(plan.first, p.transpose_b, {factor, p.n, p.k, p.ldb, p.stride_b}) &&
         layout(plan.second, p.transpose_a, {factor, p.k, p.m, p.lda, p.stride_a}) &&
         layout(plan.result, false, {p.bf16_result ? lt::kBf16 : lt::kFloat, p.n, p.m, p.ldc, p.stride_c});
}

bool Cublaslt::choose(Plan& plan, const LtProblem& p) {
  Owned<lt::Preference> preference(api_->MatmulPreferenceDestroy);
  const auto set = [&](lt::PreferenceAttribute attribute, const auto& value) {
    return LT(MatmulPreferenceSetAttribute, preference, attribute, &value, sizeof value);
  };
  lt::Heuristic best = {};
  int found = 0;
  if (!LT(MatmulPreferenceCreate, &preference) || !set(lt::kMaxWorkspaceBytes, kMostWorkspace) ||
      !set(lt::kMinAlignmentA, p.alignment_b) || !set(lt::kMinAlignmentB, p.alignment_a) ||
      !set(lt::kMinAlignmentC, p.alignment_c) || !set(lt::kMinAlignmentD, p.alignment_c) ||
      !LT(MatmulAlgoGetHeuristic, api_->context, plan.product, plan.first, plan.second, plan.result, plan.result,
          preference, 1, &best, &found))
    return false;
  if (found == 0) return ok(lt::kNotSupported, "MatmulAlgoGetHeuristic");
  plan.algorithm = best.algorithm;
  plan.workspace = best.workspace;
  return ok(best.state, "MatmulAlgoGetHeuristic");
}

std::unique_ptr<Cublaslt::Plan> Cublaslt::make_plan(const LtProblem& problem, const void* bias) {
  auto plan = std::make_unique<Plan>(*api_);
  plan->works = describe(*plan, problem, bias) && choose(*plan, problem);
  if (!plan->works) plan->reason = status_;
  return plan;
}

bool Cublaslt::multiply(Cuda& on, const LtProblem& problem, const LtOperands& o) {
  auto& plan = plans_[problem];
  if (!plan) plan = make_plan(problem, o.bias);
  if (!plan->works) {
    status_ = plan->reason;
    return false;
  }
  if (problem.biased && !LT(MatmulDescSetAttribute, plan->product, lt::kBiasPointer, &o.bias, sizeof o.bias))
    return false;
  void* const workspace = plan->workspace == 0 ? nullptr : on.scratch<char>(static_cast<std::int64_t>(plan->workspace));
  const float one = 1;
  return LT(Matmul, api_->context, plan->product, &one, o.b, plan->first, o.a, plan->second, &o.beta, o.c, plan->result,
            o.c, plan->result, &plan->algorithm, workspace, plan->workspace, on.stream());
}

}  // namespace sophia
