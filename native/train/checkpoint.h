// Checkpoints: one safetensors file with the parameters by their Hugging Face names, the optimizer's state as
// `optimizer.<slot>.<parameter>`, and everything else as metadata:
//
//   format     "sophia"
//   config     the model's configuration, JSON
//   optimizer  the optimizer's native name          }
//   state      the version of what it keeps          }
//   isa        the instruction set it was made on    }  only in a trainer's checkpoint
//   progress   train/progress.h, JSON                }
//   training   the trainer's options, JSON           }
//
// Reading checks everything and changes nothing; a file that does not fit leaves the run as it was.
#pragma once
#include "progress.h"
#include "run.h"

namespace sophia {

struct TrainingState {
  std::string optimizer;
  std::string training;  // JSON, kept as it is
  Progress progress;
};

void save_parameters(const std::string& path, Run& run);
void load_parameters(const std::string& path, Run& run);

void save_checkpoint(const std::string& path, Run& run, const TrainingState& state);

// A training's checkpoint, read and checked.
class SavedTraining {
 public:
  // Throws kInvalidArgument for a checkpoint of another model than the run's, another optimizer or another seed,
  // kFormat for a file that is damaged or holds NaN.
  SavedTraining(const std::string& path, const Run& run, const OptimizerChoice& optimizer, std::uint64_t seed);
  const Progress& progress() const { return progress_; }
  // Into the run, to which the optimizer is attached by now.
  void restore(Run& run) const;

 private:
  Progress progress_;
  std::vector<float> parameters_;
  std::vector<std::vector<float>> state_;
};

}  // namespace sophia
