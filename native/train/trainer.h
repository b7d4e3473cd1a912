// Trainer: the pretraining loop. It owns what happens every k steps: the learning rate, accumulation, clipping, the
// curvature refresh, evaluation, checkpoints and metrics. The run does the arithmetic.
//
// With a directory it writes
//   last.safetensors             what a run continues from
//   best.safetensors             the lowest validation loss
//   step-<number>.safetensors    numbered copies
//   metrics.jsonl                one line per step
#pragma once
#include <functional>
#include <optional>
#include "checkpoint.h"
#include "line.h"
#include "metrics.h"
#include "options.h"
#include "tokens.h"

namespace sophia {

class Trainer {
 public:
  // Takes the line of a step; false ends the run after it.
  using OnReport = std::function<bool(const std::string& line)>;

  // Checks the options, opens the data, attaches the optimizer and, if asked, resumes. The run is the trainer's until
  // the trainer is gone.
  Trainer(std::shared_ptr<Run> run, TrainerOptions options);

  // Trains to the last step or until stop(), then writes the checkpoint. Throws kDiverged after too many skipped steps
  // in a row: the last good checkpoint stands.
  void run(const OnReport& on_report);
  // From any thread: finishes the step under way. It holds for one run(), this one or the next.
  void stop() { stop_ = true; }
  void forget_stop() { stop_ = false; }
  // From any thread: gives up the step under way and writes nothing. The parameters are whole, the gradient is not, and
  // the run stays cancelled.
  void cancel() {
    stop_ = true;
    run_->cancelled = true;
  }

 private:
  std::unique_ptr<SavedTraining> open_directory();
  void step(Line& line);
  std::vector<Batch> load_step(Line& line);
  bool update(Line& line, bool fit, bool passed);
  bool refresh(Line& line);
  template <class F>
  void each_refresh_batch(F f);
  double estimate_by_sampling();
  bool shares_pass() const;
  std::int64_t refreshed_sequences() const;
  double estimate_by_products();
  void update_hessian(const Step& step, Line& line);
  double scale() const;
  void adapt(const std::vector<double>& ratios);
  void evaluate(Line& line);
  double loss_on(const Tokens& tokens);
  void check_progress() const;
  const char* what_stands() const;
  void warn(Line& line);
  void save(const Line& line);
  void save_last();
  void save_as(const std::string& name);
  bool healthy();
  bool due(std::int64_t every) const { return every > 0 && progress_.step % every == 0; }
  std::string path(const std::string& name) const { return options_.directory + "/" + name; }
  Batch load(const Tokens& tokens, std::int64_t sequences, const Draw& draw, std::int64_t place = 0);

  std::shared_ptr<Run> run_;
  TrainerOptions options_;
  Schedule schedule_;
  Tokens train_;
  std::optional<Tokens> validation_;
  Metrics metrics_;
  Progress progress_;
  std::int64_t saved_step_ = -1;  // of last.safetensors
  double checkpoint_milliseconds_ = 0;
  std::vector<std::int32_t> tokens_, targets_;  // of a step, or of a refresh
  std::atomic<bool> stop_{false};
};

}  // namespace sophia
