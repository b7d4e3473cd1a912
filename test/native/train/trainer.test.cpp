#include "../../../native/train/trainer.h"
#include <cstring>
#include "training.h"

using namespace training;

TEST("A resumed training continues bit for bit") {
  for (const std::string timing : {"after", "before"})
    for (const std::string kind :
         {"sophia-g", "sophia", "sophia of signs", "sophia of numbers", "adamw", "lion", "sgd"}) {
      const check::Temporary folder, whole;
      auto o = options(folder, folder / "run");
      const std::string optimizer = kind.substr(0, kind.find(' '));
      o.optimizer = optimizer;
      o.timing = timing;
      if (kind.find(" of ") != std::string::npos) {
        o.estimator = "hutchinson";
        o.distribution = kind.ends_with("signs") ? "rademacher" : "gaussian";
        o.probes = 2;
        o.fraction = 0.7;
      }
      if (optimizer == "sophia") o.hyper = {{"beta1", 0.96}, {"beta2", 0.99}, {"gamma", 0.05}, {"epsilon", 1e-12}};
      if (optimizer == "adamw") o.hyper = {{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}};
      if (optimizer == "lion") o.hyper = {{"beta1", 0.95}, {"beta2", 0.98}};
      if (optimizer == "sgd") o.hyper = {{"momentum", 0.9}, {"nesterov", 1}};
      if (!optimizer.starts_with("sophia")) o.every = 0;
      auto uninterrupted = o;
      uninterrupted.directory = whole / "run";
      const Outcome one = train(uninterrupted);

      train(o, 5);
      // A killed run leaves lines that no checkpoint knows of: half a one, too.
      std::ofstream(folder / "run/metrics.jsonl", std::ios::app) << "{\"step\":6}\n{\"st";
      o.resume = true;
      const Outcome two = train(o);
      const std::string who = kind + ", refreshed " + timing + ": ";
      check::expect(who + "the same parameters", one.parameters == two.parameters);
      check::expect(who + "the same metrics, none lost or doubled",
                    metrics(whole) == metrics(folder) && metrics(whole).size() == 12);
    }
}

TEST("What a training writes") {
  const check::Temporary folder;
  const Outcome outcome = train(options(folder, folder / "run"));
  const auto has = [&](const std::string& name) { return std::filesystem::exists(folder / ("run/" + name)); };
  check::expect("last, best and numbered checkpoints",
                has("last.safetensors") && has("best.safetensors") && has("step-00000006.safetensors") &&
                    has("step-00000012.safetensors") && !has("step-00000003.safetensors"));
  check::expect("a line for every step", outcome.lines.size() == 12 && metrics(folder).size() == 12);
  const auto& last = outcome.lines.back();
  check::expect("evaluated every fourth step and at the end", last.find("validationLoss") &&
                                                                  outcome.lines[3].find("trainLoss") &&
                                                                  !outcome.lines[2].find("validationLoss"));
  check::expect("it learns", last.at("loss").number() < outcome.lines.front().at("loss").number());
  check::expect("tokens are counted", last.at("tokens").number() == 12 * 2 * 3 * 8);
  check::expect("the win rate is known after the first refresh",
                outcome.lines[0].at("winRate").number() == 0 && last.at("hessianNorm").number() > 0);
  check::expect("the clip rate is a fraction", last.at("clipRate").number() >= 0 && last.at("clipRate").number() <= 1);
}

TEST("A gradient that is not finite") {
  const check::Temporary folder;
  const auto run = model();
  auto o = options(folder, folder / "run");
  train(o, 3, run);
  const std::string checkpoint = folder.get("run/last.safetensors");
  o.resume = true;
  Trainer trainer(run, o);
  run->write(ArenaName::kParameters, 40, std::vector<float>{NAN});
  const auto before = run->read(ArenaName::kParameters);
  const auto slots = state_of(*run);
  int steps = 0;
  check::expect_error("three in a row end the run", Code::kDiverged, "3 steps in a row",
                      [&] { trainer.run([&](const std::string&) { return ++steps < 100; }); });
  const auto after = run->read(ArenaName::kParameters);
  check::expect("the state is untouched", slots == state_of(*run));
  check::expect("the parameters are untouched",
                std::memcmp(before.data(), after.data(), before.size() * sizeof(float)) == 0);
  check::expect("the last good checkpoint stands", folder.get("run/last.safetensors") == checkpoint);
}

TEST("Weights that no loss is finite for") {
  const check::Temporary folder;
  const auto run = model();
  auto o = options(folder, folder / "run");
  o.save_every = o.checkpoint_every = 1;
  train(o, 3, run);
  const std::string checkpoint = folder.get("run/last.safetensors");
  o.resume = true;
  o.learning_rate = 1e38;
  check::expect_error("end the run", Code::kDiverged, "3 steps in a row", [&] { train(o); });
  check::expect("and replace no checkpoint", folder.get("run/last.safetensors") == checkpoint);
  check::expect("and are given no number", !std::filesystem::exists(folder / "run/step-00000004.safetensors"));
  o.diverged_after = 0;
  check::expect_error("also when every step is allowed to fail", Code::kDiverged, "not finite after step 12",
                      [&] { train(o); });
  check::expect("and the checkpoint still stands", folder.get("run/last.safetensors") == checkpoint);
}

TEST("Two runs in one directory") {
  const check::Temporary folder;
  const auto o = options(folder, folder / "run");
  Trainer first(model(), o), second(model(), o);
  first.run([&](const std::string&) {
    check::expect_error("the second is refused", Code::kBusy, "Another run",
                        [&] { second.run([](auto) { return true; }); });
    return false;
  });
  check::expect("and the first leaves its line", metrics(folder).size() == 1);
}

TEST("A checkpoint names the instruction set it was made on, also after a resume on another") {
  const check::Temporary folder;
  auto o = options(folder, folder / "run");
  std::shared_ptr<Run> plain = make_cpu_run(kTiny, {"baseline", 2});
  plain->initialize(1);
  train(o, 3, plain);
  o.resume = true;
  train(o, 5);
  check::expect("named", Safetensors(folder / "run/last.safetensors").metadata().at("isa") == model()->isa());
}

TEST("A trainer that cannot be made leaves the optimizer of another as it was") {
  const check::Temporary folder;
  const auto run = model();
  train(options(folder, folder / "run"), 4, run);
  const auto before = state_of(*run);
  auto o = options(folder, folder / "damaged");
  std::filesystem::create_directories(o.directory);
  std::ofstream(o.directory + "/last.safetensors") << "no checkpoint";
  o.resume = true;
  check::expect_error("a damaged checkpoint", Code::kFormat, "", [&] { Trainer(run, o); });
  check::expect("its momentum and its Hessian stand", state_of(*run) == before);
}

TEST("Trainers refuse what they cannot do") {
  const check::Temporary folder;
  const auto refuse = [&](const std::string& name, Code code, const std::string& words, auto change) {
    auto o = options(folder, folder / "run");
    change(o);
    check::expect_error(name, code, words, [&] { Trainer(model(), o); });
  };
  const Code argument = Code::kInvalidArgument;
  refuse("a length beyond the context", argument, "context", [](auto& o) { o.length = 13; });
  refuse("no batch", argument, "batch", [](auto& o) { o.batch = 0; });
  refuse("an unknown schedule", argument, "schedule", [](auto& o) { o.schedule = "cosin"; });
  refuse("an unknown estimator", argument, "estimator", [](auto& o) { o.estimator = "exact"; });
  refuse("no probes", argument, "probes", [](auto& o) { o.probes = 0; });
  refuse("an unknown optimizer", argument, "adamw", [](auto& o) { o.optimizer = "adam"; });
  refuse("a hyperparameter too many", argument, "gamma", [](auto& o) { o.hyper["gamma"] = 1; });
  refuse("a hyperparameter too few", argument, "rho", [](auto& o) { o.hyper.erase("rho"); });
  refuse("no data", Code::kIo, "nowhere", [](auto& o) { o.train = "/nowhere/train.bin"; });
  refuse("data shorter than a window", Code::kFormat, "",
         [&](auto& o) { o.validation = shard(folder, "short.bin", 5); });
  refuse("a directory that cannot be made", Code::kIo, "/dev/null", [](auto& o) { o.directory = "/dev/null/run"; });
  refuse("nothing to resume from", Code::kIo, "last.safetensors", [](auto& o) { o.resume = true; });

  write_tokens(folder / "foreign.bin", std::vector<std::uint16_t>(100, 31));
  refuse("a token outside the vocabulary", Code::kFormat, "31", [&](auto& o) { o.train = folder / "foreign.bin"; });

  train(options(folder, folder / "run"), 2);
  refuse("a directory that holds a run", argument, "resume", [](auto&) {});
  refuse("another seed", argument, "seed", [](auto& o) { o.resume = true, o.seed = 8; });
  refuse("another optimizer", argument, "sophia-g", [](auto& o) {
    o.resume = true, o.optimizer = "lion", o.every = 0, o.hyper = {{"beta1", 0.9}, {"beta2", 0.99}};
  });
  auto o = options(folder, folder / "run");
  o.resume = true;
  Config other = kTiny;
  other.width = 32;
  check::expect_error("the checkpoint of another model", argument, "another", [&] {
    try {
      Trainer(std::shared_ptr<Run>(make_cpu_run(other, {"", 1})), o);
    } catch (const Error& error) {
      fail(error.code, "another: " + std::string(error.what()));
    }
  });
}

TEST("Cancelling gives up the step") {
  const check::Temporary folder;
  auto o = options(folder, folder / "run");
  o.steps = 1000000;
  Trainer trainer(model(), o);
  int steps = 0;
  trainer.run([&](const std::string&) {
    if (++steps == 4) trainer.cancel();
    return true;
  });
  check::expect("and the run ends", steps == 4);
}
