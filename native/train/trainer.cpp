#include "trainer.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include "evaluate.h"

namespace sophia {

namespace {

constexpr const char* kLast = "last.safetensors";
constexpr const char* kBest = "best.safetensors";

// Palm's count (Chowdhery et al. 2022, appendix B): 6 for every parameter that a token multiplies, and the attention.
double flops_per_token(const Run& run, std::int64_t length) {
  const auto& c = run.config();
  const auto positions = static_cast<double>(c.context) * c.width;
  return 6 * (static_cast<double>(run.parameters().count) - positions) +
         12.0 * c.layers * c.width * static_cast<double>(length);
}

std::string numbered(std::int64_t step) {
  const std::string digits = std::to_string(step);
  return "step-" + std::string(digits.size() < 8 ? 8 - digits.size() : 0, '0') + digits + ".safetensors";
}

// Checked before anything is made of them.
TrainerOptions checked(TrainerOptions options, const Config& model) {
  check(options, model);
  return options;
}

}  // namespace

Trainer::Trainer(std::shared_ptr<Run> run, TrainerOptions options)
    : run_(std::move(run)),
      options_(checked(std::move(options), run_->config())),
      schedule_(schedule_of(options_)),
      train_(options_.train, run_->config().vocabulary, shard_format(options_.format)) {
  train_.check_length(options_.length);
  if (!options_.validation.empty()) {
    validation_.emplace(options_.validation, run_->config().vocabulary, shard_format(options_.format));
    validation_->check_length(options_.length);
  }
  const auto room = static_cast<std::size_t>(options_.accumulation * options_.batch * options_.length);
  tokens_.resize(room);
  targets_.resize(room);
  progress_.seed = options_.seed;
  const auto saved = options_.directory.empty() ? nullptr : open_directory();
  run_->attach(choice_of(options_));
  if (saved) saved->restore(*run_);
  progress_.isa = run_->isa();
}

// Gives the checkpoint to resume from. Nothing has changed the run so far.
std::unique_ptr<SavedTraining> Trainer::open_directory() {
  std::error_code error;
  std::filesystem::create_directories(options_.directory, error);
  if (error) fail(Code::kIo, text("Cannot create ", options_.directory, ": ", error.message()));
  std::unique_ptr<SavedTraining> saved;
  if (options_.resume) {
    saved = std::make_unique<SavedTraining>(path(kLast), *run_, choice_of(options_), options_.seed);
    progress_ = saved->progress();
    saved_step_ = progress_.step;
  } else {
    require(!std::filesystem::exists(path(kLast)), "Expected an empty directory or `resume`, but ", options_.directory,
            " holds a run already");
  }
  return saved;
}

void Trainer::run(const OnReport& on_report) {
  const struct Ended {
    Trainer& trainer;
    ~Ended() {
      trainer.stop_ = false;
      trainer.metrics_ = {};
    }
  } ended{*this};
  if (!options_.directory.empty()) metrics_ = Metrics(path("metrics.jsonl"), progress_.metrics_bytes);
  try {
    while (progress_.step < options_.steps && !stop_) {
      Line line;
      step(line);
      evaluate(line);
      const std::string report = to_json(line, progress_).dump();
      metrics_.append(report);
      progress_.metrics_bytes = metrics_.bytes();
      check_progress();
      save(line);
      if (!on_report(report)) stop_ = true;
    }
    if (!options_.directory.empty() && saved_step_ != progress_.step) save_last();
  } catch (const Cancelled&) {
  }
}

void Trainer::step(Line& line) {
  Stopwatch watch;
  const auto t = progress_.step;
  line.learning_rate = learning_rate(schedule_, t);
  line.flops_per_token = flops_per_token(*run_, options_.length);
  line.checkpoint = checkpoint_milliseconds_;
  const bool before = options_.timing == "before", refreshed = before && due(options_.every);
  bool finite = true;
  if (refreshed) finite &= refresh(line);
  finite &= update(line, finite, refreshed && shares_pass());
  if (!before && due(options_.every)) finite &= refresh(line);
  progress_.skipped += !finite;
  progress_.skipped_in_a_row = finite ? 0 : progress_.skipped_in_a_row + 1;
  line.step = watch.lap();
}

// The micro-batches of the step.
std::vector<Batch> Trainer::load_step(Line& line) {
  Stopwatch watch;
  const auto t = static_cast<std::uint32_t>(progress_.step);
  std::vector<Batch> batches;
  for (std::uint32_t micro = 0; micro < options_.accumulation; ++micro)
    batches.push_back(load(train_, options_.batch, {options_.seed, t, Purpose::kData, micro}, micro));
  line.data = watch.lap();
  return batches;
}

// Whether the gradient is finite. If it is not, or if `fit` is false, parameters and state stay as they are.
// `passed`: the refresh has left the forward pass of the step's batch.
bool Trainer::update(Line& line, bool fit, bool passed) {
  const auto batches = load_step(line);
  const double factor = scale();
  for (const char* name : {"rho", "gamma"})
    if (const auto given = options_.hyper.find(name); given != options_.hyper.end()) line.rho = given->second * factor;
  for (const auto& batch : batches) line.tokens += batch.rows();
  const Trained done = run_->train({.batches = batches,
                                    .seed = options_.seed,
                                    .number = static_cast<std::uint32_t>(progress_.step),
                                    .step = {.number = progress_.updates + 1,
                                             .learning_rate = line.learning_rate,
                                             .weight_decay = options_.weight_decay,
                                             .finite = fit,
                                             .tokens = progress_.hessian_tokens,
                                             .scale = factor},
                                    .clip = options_.clip,
                                    .passed = passed});
  ++progress_.step;
  progress_.tokens += line.tokens;
  line.loss = done.loss;
  line.gradient_norm = done.gradient.value;
  line.clipped = done.finite && done.clip < 1;
  line.totals = done.totals;
  line.phases = done.phases;
  progress_.clipped += line.clipped;
  progress_.updates += done.finite;
  return done.finite;
}

// After the step's line is written, and before a checkpoint would be.
void Trainer::check_progress() const {
  if (options_.diverged_after > 0 && progress_.skipped_in_a_row >= options_.diverged_after)
    fail(Code::kDiverged, text("The gradient, or the Hessian's, was not finite for ", progress_.skipped_in_a_row,
                               " steps in a row, the last of them step ", progress_.step, "; ", what_stands()));
}

const char* Trainer::what_stands() const {
  return saved_step_ < 0 ? "no checkpoint was written yet" : "the last checkpoint stands";
}

void Trainer::evaluate(Line& line) {
  if (!due(options_.evaluate_every) && (options_.evaluate_every == 0 || progress_.step < options_.steps)) return;
  Stopwatch watch;
  line.train_loss = loss_on(train_);
  if (validation_) {
    line.validation_loss = loss_on(*validation_);
    progress_.best_validation = std::min(progress_.best_validation, *line.validation_loss);
  }
  line.evaluation = watch.lap();
}

double Trainer::loss_on(const Tokens& tokens) {
  return sophia::evaluate(*run_, tokens,
                          {options_.batch, options_.length, options_.evaluate_batches, options_.seed, {}})
      .mean();
}

Batch Trainer::load(const Tokens& tokens, std::int64_t sequences, const Draw& draw, std::int64_t place) {
  const auto at = place * options_.batch * options_.length;
  const Windows windows{sequences, options_.length, tokens_.data() + at, targets_.data() + at};
  tokens.random(draw, windows);
  return {.batch = sequences, .time = options_.length, .tokens = windows.tokens, .targets = windows.targets};
}

void Trainer::save(const Line& line) {
  if (options_.directory.empty()) return;
  Stopwatch watch;
  if (line.validation_loss && *line.validation_loss == progress_.best_validation) save_as(kBest);
  const bool numbers = due(options_.checkpoint_every), last = due(options_.save_every);
  if ((numbers || last) && healthy()) {
    if (numbers) save_as(numbered(progress_.step));
    if (last) save_as(kLast);
  }
  checkpoint_milliseconds_ = watch.lap();
}

void Trainer::save_last() {
  if (!healthy())
    fail(Code::kDiverged, text("The loss is not finite after step ", progress_.step, "; ", what_stands()));
  save_as(kLast);
}

// Whether the weights are worth keeping: a step that was taken may still have driven them to where no loss is finite.
// The batch that was read last, or first of its step, tells.
bool Trainer::healthy() {
  const Batch batch{options_.batch, options_.length, tokens_.data(), targets_.data()};
  return progress_.skipped_in_a_row == 0 && std::isfinite(run_->evaluate(batch).nats);
}

void Trainer::save_as(const std::string& name) {
  metrics_.sync();
  save_checkpoint(path(name), *run_, {options_.optimizer, options_.config, progress_});
  if (name == kLast) saved_step_ = progress_.step;
}

}  // namespace sophia
