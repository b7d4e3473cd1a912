// Training: a trainer as the outside world holds it. It binds a model for the time of run(); between two calls the
// model may be evaluated and sampled. stop() and dispose() may come from any thread, before, during and after run().
#pragma once
#include "model.h"
#include "trainer.h"

namespace sophia {

class Training {
 public:
  // Checks what can be checked without reading a file.
  Training(std::shared_ptr<Model> model, TrainerOptions options);

  // Trains from where it stands to the last step or to stop().
  void run(const Trainer::OnReport& on_report);
  void stop();
  void dispose();

 private:
  Trainer& set_up(Model::Hold& hold);

  std::shared_ptr<Model> model_;
  TrainerOptions options_;
  std::mutex mutex_;
  std::unique_ptr<Trainer> trainer_;
  bool running_ = false, stopped_ = false, disposed_ = false;
};

}  // namespace sophia
