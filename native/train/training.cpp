#include "training.h"

namespace sophia {

Training::Training(std::shared_ptr<Model> model, TrainerOptions options)
    : model_(std::move(model)), options_(std::move(options)) {
  check(options_, model_->config());
}

Trainer& Training::set_up(Model::Hold& hold) {
  if (!trainer_) {
    model_->trained_by = nullptr;  // should this fail half-way, nobody's optimizer is attached any more
    auto trainer = std::make_unique<Trainer>(hold.run(), options_);
    model_->trained_by = this;
    std::lock_guard lock(mutex_);
    trainer_ = std::move(trainer);
  }
  if (model_->trained_by != this) fail(Code::kBusy, "The model was given to another trainer");
  return *trainer_;
}

void Training::reserve() {
  model_->reserve();
  std::lock_guard lock(mutex_);
  reserved_ = true;
}

void Training::free_reservation() {
  model_->free_reservation();
  std::lock_guard lock(mutex_);
  reserved_ = false;
}

void Training::run(const Trainer::OnReport& on_report) {
  Model::Hold hold(*model_);
  {
    std::lock_guard lock(mutex_);
    reserved_ = false;
    if (disposed_) fail(Code::kDisposed, "The trainer was disposed");
    if (running_) fail(Code::kBusy, "The trainer is running already");
    running_ = true;
    ahead_ = 0;
  }
  struct Ended {
    Training& training;
    Run& run;
    ~Ended() {
      std::lock_guard lock(training.mutex_);
      run.cancelled = false;  // the model outlives a training that was given up
      training.running_ = training.stopped_ = false;
      if (training.trainer_) training.trainer_->forget_stop();
      if (training.disposed_) training.trainer_.reset();
    }
  } ended{*this, *hold.run()};
  Trainer& trainer = set_up(hold);
  {
    std::lock_guard lock(mutex_);
    if (stopped_) trainer.stop();
    if (disposed_) trainer.cancel();
  }
  trainer.run([&](const std::string& line) { return deliver(on_report, line); });
}

bool Training::deliver(const Trainer::OnReport& on_report, const std::string& line) {
  if (!on_report(line)) return false;
  std::unique_lock lock(mutex_);
  ++ahead_;
  changed_.wait(lock, [&] { return ahead_ < kAhead || stopped_ || disposed_; });
  return true;
}

void Training::acknowledge() {
  std::lock_guard lock(mutex_);
  --ahead_;
  changed_.notify_all();
}

void Training::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = running_ || reserved_;
  changed_.notify_all();
  if (running_ && trainer_) trainer_->stop();
}

void Training::dispose() {
  std::lock_guard lock(mutex_);
  disposed_ = true;
  changed_.notify_all();
  if (!running_) trainer_.reset();
  else if (trainer_) trainer_->cancel();
}

}  // namespace sophia
