// Job: one long call on a thread of its own, and the promise of its result. Not on libuv's pool, whose four threads
// the file system and name look-ups share.
//
// A thread-safe function with a queue of two carries reports to JavaScript: the thread waits while JavaScript is
// behind. A hook joins the thread before its environment goes away, so that worker.terminate() and process.exit() are
// safe at any moment; the object the job works for is told to give up first.
#pragma once
#include <functional>
#include <memory>
#include <system_error>
#include <thread>
#include "errors.h"

namespace sophia::addon {

class Job {
 public:
  using Result = std::function<Napi::Value(Napi::Env)>;  // makes the JavaScript value, on JavaScript's thread
  using Report = std::function<bool(const std::string&)>;
  using Work = std::function<Result(const Report&)>;

  // `give_up` is called, from JavaScript's thread, when nobody waits for the result any more. The job keeps what the
  // two functions captured until it has ended.
  static Napi::Value start(Napi::Env env, const Napi::Function& on_report, Work work, std::function<void()> give_up) {
    auto* job = new Job(env, std::move(work), std::move(give_up));
    const auto promise = job->deferred_.Promise();
    job->reports_ =
        Napi::ThreadSafeFunction::New(env, on_report, "sophia", kQueue, 1, [job](Napi::Env e) { job->end(e); });
    napi_add_env_cleanup_hook(env, leave, job);
    try {
      job->thread_ = std::thread([job] { job->run(); });
    } catch (const std::system_error& error) {
      napi_remove_env_cleanup_hook(env, leave, job);
      job->left_ = true;  // nobody gets its promise
      job->reports_.Release();
      fail(Code::kDevice, text("Expected to start a thread, but the system gives no more: ", error.what()));
    }
    return promise;
  }

 private:
  static constexpr std::size_t kQueue = 2;

  Job(Napi::Env env, Work work, std::function<void()> give_up)
      : deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), give_up_(std::move(give_up)) {}

  // On the job's thread.
  void run() {
    try {
      result_ = work_([this](const std::string& line) { return report(line); });
    } catch (...) {
      failure_ = std::current_exception();
    }
    reports_.Release();
  }

  bool report(const std::string& line) {
    auto* copy = new std::string(line);
    const auto deliver = [](Napi::Env env, Napi::Function callback, std::string* text) {
      const std::unique_ptr<std::string> owned(text);
      if (env != nullptr && callback != nullptr) callback.Call({Napi::String::New(env, *text)});
    };
    const bool delivered = reports_.BlockingCall(copy, deliver) == napi_ok;
    if (!delivered) delete copy;
    return delivered;
  }

  // On JavaScript's thread, when the environment goes away first.
  static void leave(void* data) {
    auto* job = static_cast<Job*>(data);
    job->left_ = true;
    job->give_up_();
    job->reports_.Abort();
    if (job->thread_.joinable()) job->thread_.join();
  }

  // On JavaScript's thread, after the last report.
  void end(Napi::Env env) {
    const std::unique_ptr<Job> owned(this);
    if (thread_.joinable()) thread_.join();
    if (left_) return;
    napi_remove_env_cleanup_hook(env, leave, this);
    const Napi::HandleScope scope(env);
    try {
      settle(env);
    } catch (const Napi::Error&) {  // the environment is on its way out and takes no more values
    }
  }

  void settle(Napi::Env env) {
    if (!failure_) {
      try {
        return deferred_.Resolve(result_(env));
      } catch (...) {
        failure_ = std::current_exception();
      }
    }
    deferred_.Reject(to_js(env, failure_).Value());
  }

  Napi::Promise::Deferred deferred_;
  Napi::ThreadSafeFunction reports_;
  Work work_;
  std::function<void()> give_up_;
  std::thread thread_;
  Result result_;
  std::exception_ptr failure_;
  bool left_ = false;
};

}  // namespace sophia::addon
