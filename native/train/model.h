// Model: a GPT-2 as the outside world holds it. It knows nothing of JavaScript; the addon binds its methods as they
// are. One thing happens to a model at a time: a second call is an Error{kBusy}, and after dispose() every call is an
// Error{kDisposed}.
#pragma once
#include <span>
#include "../core/turn.h"
#include "diagonal.h"
#include "evaluate.h"
#include "generate.h"

namespace sophia {

struct ModelOptions : Config, Placement {
  std::string device;  // "cpu" or "cuda"
};

class Model {
 public:
  explicit Model(const ModelOptions& options);

  const Config& config() const { return config_; }
  std::int64_t bytes();  // of the parameters, as long as they are held
  const std::vector<Parameter>& parameters() const { return parameters_.table; }

  void initialize(std::uint64_t seed);
  void load(const std::string& path);
  void save(const std::string& path);
  std::vector<float> read(const std::string& name);
  void write(const std::string& name, std::span<const float> values);
  Loss evaluate(const std::string& shard, const Evaluation& how);
  std::vector<std::int32_t> generate(const std::vector<std::int32_t>& prompt, const Generation& how);

  Examples draw_examples(const std::string& shard, const ExampleChoice& choice);
  Derivative gradient(const Examples& examples);
  Derivative hessian_vector_product(const Examples& examples, const std::vector<float>& direction);
  Derivative gauss_newton_vector_product(const Examples& examples, const std::vector<float>& direction);
  Diagonal hessian_diagonal(const Examples& examples, const DiagonalChoice& choice);
  // A probe of Hutchinson's: the numbers of (seed, step).
  std::vector<float> draw_probe(const std::string& distribution, std::uint64_t seed, std::uint64_t step);
  // Returns the memory that only products need; the next one takes it again.
  void release_curvature();
  Memory memory();

  // Gives up what is under way and returns the memory, at once or when the call under way has ended.
  void dispose();

  // Who trains the model: the one that set up the optimizer last.
  const void* trained_by = nullptr;

  // Books the model for the long call that is about to start: see core/turn.h.
  void reserve() { turn_.reserve(); }
  void free_reservation() { turn_.free_reservation(); }

  // The run, for the one who holds it: nobody else gets it until the hold is gone.
  class Hold : public Turn::Hold {
   public:
    explicit Hold(Model& model, Call call = kLong) : Turn::Hold(model.turn_, call), run_(model.run_) {}
    const std::shared_ptr<Run>& run() const { return run_; }

   private:
    const std::shared_ptr<Run>& run_;
  };

 private:
  const Parameter& find(const std::string& name) const;

  Config config_;
  Parameters parameters_;
  std::shared_ptr<Run> run_;
  Turn turn_{"model", [this] { run_.reset(); }};
};

}  // namespace sophia
