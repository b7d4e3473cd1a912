// Training: a trainer as the outside world holds it. It binds a model for the time of run(); between two calls the
// model may be evaluated and sampled. stop() and dispose() may come from any thread, before, during and after run().
#pragma once
#include <condition_variable>
#include "model.h"
#include "trainer.h"

namespace sophia {

class Training {
 public:
  // Checks what can be checked without reading a file.
  Training(std::shared_ptr<Model> model, TrainerOptions options);

  // Trains from where it stands to the last step or to stop(). After a report it waits while the listener has not
  // acknowledged kAhead of them: a slow listener slows the run down instead of piling reports up.
  void run(const Trainer::OnReport& on_report);
  void acknowledge();
  // Books the model, and this trainer for a stop() that comes before run() has begun on its thread.
  void reserve();
  void free_reservation();
  void stop();
  void dispose();

 private:
  static constexpr int kAhead = 2;  // reports that the listener has not acknowledged

  Trainer& set_up(Model::Hold& hold);
  bool deliver(const Trainer::OnReport& on_report, const std::string& line);

  std::shared_ptr<Model> model_;
  TrainerOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;  // ahead_, stopped_ or disposed_
  int ahead_ = 0;
  std::unique_ptr<Trainer> trainer_;
  bool reserved_ = false, running_ = false, stopped_ = false, disposed_ = false;
};

}  // namespace sophia
