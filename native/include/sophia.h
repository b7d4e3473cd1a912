// Sophia for trainers in other languages: devices, buffers, optimizers and curvature, behind a C ABI.
//
// Errors. Every function returns SOPHIA_OK or the code of what went wrong, which sophia_last_error() puts into words.
// What a function finds is written through its last arguments, and only if it returns SOPHIA_OK. No argument may be
// NULL unless it says so.
//
// Handles are numbers in the guise of pointers: they are looked up and never followed, and no number is used twice. One
// that was never handed out gives SOPHIA_INVALID_ARGUMENT, one that was destroyed SOPHIA_DISPOSED. What was made of an
// object keeps it alive: a device may be destroyed before its buffers. Memory that the caller wraps or places is the
// caller's, and must stay as long as it is used.
//
// Threads. Any thread may call any function. A device does one thing at a time: a call that finds it at work for
// another thread is refused with SOPHIA_BUSY and has changed nothing. Devices work beside each other.
//
// Structs begin with their size in bytes, which the caller sets; the macros that end in _INIT do. From it the library
// knows which fields a program has that was compiled with an older or a newer header. Their fields have 8 bytes each,
// so that a new one cannot hide where there was padding. What is said once, before training, has functions instead.
//
// Numbers are float32 in the memory of the device, in any order that the caller likes: θ, its gradient and its
// Hessian's diagonal are flat runs of the same count. Hyperparameters are doubles, and have no defaults here: docs/c.md
// lists those of the TypeScript classes.
#ifndef SOPHIA_H
#define SOPHIA_H

#include <stdint.h>

#if defined(__GNUC__)
#define SOPHIA_API __attribute__((visibility("default")))
#else
#define SOPHIA_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t sophia_status;
enum {
  SOPHIA_OK = 0,
  SOPHIA_INVALID_ARGUMENT = 1,  // out of bounds, unknown, or of another device
  SOPHIA_OUT_OF_MEMORY = 2,
  SOPHIA_DEVICE = 3,  // the device cannot be used; the message gives the reason
  SOPHIA_IO = 4,
  SOPHIA_FORMAT = 5,
  SOPHIA_DIVERGED = 6,
  SOPHIA_DISPOSED = 7,  // the object was destroyed
  SOPHIA_BUSY = 8       // the device is at work for another thread
};

// What the last call of this thread that failed expected, and what came: UTF-8, "" before the first. It stands until
// the next failure in this thread.
SOPHIA_API const char* sophia_last_error(void);

// The name of a code as JavaScript sees it, such as "ERR_SOPHIA_BUSY"; "SOPHIA_OK" for 0.
SOPHIA_API const char* sophia_status_name(sophia_status status);

// The library's version, such as "0.1.0".
SOPHIA_API const char* sophia_version(void);

typedef struct sophia_device sophia_device;

// The CPU, with threads of its own. `threads`: 0 for SOPHIA_NUM_THREADS, or the processors that this process may use.
// `isa`: "avx512bf16", "avx512", "avx2" or "baseline"; NULL for SOPHIA_ISA, or the best this machine runs. Results have
// the same bits for any number of threads.
SOPHIA_API sophia_status sophia_device_cpu(int32_t threads, const char* isa, sophia_device** device);
// A GPU by CUDA's number. `stream`: a cudaStream_t of the caller's to work on, which outlives the device and what is
// made on it, or NULL for one of its own. SOPHIA_DEVICE, with the reason, where it cannot be used.
SOPHIA_API sophia_status sophia_device_cuda(int32_t gpu, void* stream, sophia_device** device);
// The device that SOPHIA_DEVICE of the environment names (cpu, cuda, cuda:1, auto); without it, or for auto, the first
// GPU that can be used, else the CPU.
SOPHIA_API sophia_status sophia_device_best(sophia_device** device);

SOPHIA_API sophia_status sophia_device_destroy(sophia_device* device);
// Waits until everything that was asked of the device is done. On the CPU a call has done it when it returns.
SOPHIA_API sophia_status sophia_device_synchronize(sophia_device* device);

typedef struct sophia_device_properties {
  uint64_t size;
  char name[32];        // "cpu", "cuda:0"
  char isa[32];         // the instruction set of the CPU, or "cuda"
  int64_t threads;      // of the host that work for it
  int64_t host_memory;  // 1: its memory is the host's, so that the caller's arrays can be wrapped; else 0
  void* stream;         // the cudaStream_t it works on; NULL on the CPU
} sophia_device_properties;
#define SOPHIA_DEVICE_PROPERTIES_INIT {sizeof(sophia_device_properties), "", "", 0, 0, 0}
SOPHIA_API sophia_status sophia_device_describe(sophia_device* device, sophia_device_properties* properties);
// The bytes that buffers and states of optimizers hold, and the most that they held at once; without wrapped ones.
typedef struct sophia_memory {
  uint64_t size;
  int64_t used, peak;
  int64_t limit;   // SOPHIA_MEMORY_LIMIT, or on the CPU four fifths of what was free
  int64_t blocks;  // pieces of memory; views share one
} sophia_memory;
#define SOPHIA_MEMORY_INIT {sizeof(sophia_memory), 0, 0, 0, 0}
SOPHIA_API sophia_status sophia_device_memory(sophia_device* device, sophia_memory* memory);

typedef struct sophia_buffer sophia_buffer;
typedef int32_t sophia_dtype;
enum { SOPHIA_F32 = 0, SOPHIA_BF16 = 1, SOPHIA_I32 = 2, SOPHIA_U16 = 3 };

// `count` elements in the memory of the device, zero at first. SOPHIA_OUT_OF_MEMORY says what holds the rest.
SOPHIA_API sophia_status sophia_buffer_create(sophia_device* device, sophia_dtype dtype, int64_t count,
                                              sophia_buffer** buffer);
// The caller's own memory, where the device can reach it: any array for the CPU, a device pointer of that GPU for CUDA.
// It begins at a multiple of an element's size, and is never freed here.
SOPHIA_API sophia_status sophia_buffer_wrap(sophia_device* device, sophia_dtype dtype, int64_t count, void* data,
                                            sophia_buffer** buffer);
// `count` elements of another buffer from `first` on, in the same memory.
SOPHIA_API sophia_status sophia_buffer_view(sophia_buffer* buffer, int64_t first, int64_t count, sophia_buffer** view);
// Its memory is returned with the last buffer and the last optimizer that uses it.
SOPHIA_API sophia_status sophia_buffer_destroy(sophia_buffer* buffer);
// All of its elements from and to an array of the host; `bytes` is the size of that, and must be that of the buffer.
SOPHIA_API sophia_status sophia_buffer_upload(sophia_buffer* to, const void* from, int64_t bytes);
SOPHIA_API sophia_status sophia_buffer_download(sophia_buffer* from, void* to, int64_t bytes);
// From a buffer to another of the same device, element type and count.
SOPHIA_API sophia_status sophia_buffer_copy(sophia_buffer* from, sophia_buffer* to);
// Every element becomes this value: rounded to a float, or a whole number that the type holds.
SOPHIA_API sophia_status sophia_buffer_fill(sophia_buffer* buffer, double value);
// Where it begins, in the memory of the device.
SOPHIA_API sophia_status sophia_buffer_data(sophia_buffer* buffer, void** data);
SOPHIA_API sophia_status sophia_buffer_count(sophia_buffer* buffer, int64_t* count);
SOPHIA_API sophia_status sophia_buffer_bytes(sophia_buffer* buffer, int64_t* bytes);
SOPHIA_API sophia_status sophia_buffer_dtype(sophia_buffer* buffer, sophia_dtype* dtype);
// A point in the order of a device's work. On the CPU it has passed at once.
typedef struct sophia_event sophia_event;
SOPHIA_API sophia_status sophia_event_record(sophia_device* device, sophia_event** event);
SOPHIA_API sophia_status sophia_event_destroy(sophia_event* event);
// Whether the work before it is done, 0 or 1; and the host waits until it is.
SOPHIA_API sophia_status sophia_event_passed(sophia_event* event, int32_t* passed);
SOPHIA_API sophia_status sophia_event_wait(sophia_event* event);
// The work of `device` from here on waits for it: the event is of a device of the same kind.
SOPHIA_API sophia_status sophia_device_wait(sophia_device* device, sophia_event* event);
// Milliseconds from an earlier event of a device of the same kind to this one, when both have passed.
SOPHIA_API sophia_status sophia_event_elapsed(sophia_event* event, sophia_event* earlier, double* milliseconds);
// Names, in lists that end with NULL and stay for good. The optimizers: "adamw", "lion", "muon" and so on, "sophia-g"
// (in the form of its authors' code) and "sophia" (Algorithm 3 of the paper, for either estimate); then the
// hyperparameters and the slots, which are its state, of one of them. Liu et al. 2023, https://arxiv.org/abs/2305.14342
SOPHIA_API sophia_status sophia_optimizer_names(const char* const** names);
SOPHIA_API sophia_status sophia_hyperparameter_names(const char* optimizer, const char* const** names);
SOPHIA_API sophia_status sophia_slot_names(const char* optimizer, const char* const** names);
// A plan says what an optimizer is to be: groups of hyperparameters, and tensors that belong to them.
typedef struct sophia_plan sophia_plan;
SOPHIA_API sophia_status sophia_plan_create(const char* optimizer, sophia_plan** plan);
SOPHIA_API sophia_status sophia_plan_destroy(sophia_plan* plan);
// Another group of tensors, with its peak learning rate η > 0 and its decoupled weight decay λ ≥ 0:  θ ← (1 − ηλ) θ.
// Gains and biases usually have a group with λ = 0. `group`: its number, from 0 on.
SOPHIA_API sophia_status sophia_plan_add_group(sophia_plan* plan, double learning_rate, double weight_decay,
                                               int32_t* group);
// The same of another optimizer than the plan's: AdamW for what Muon does not move. Its tensors keep what it keeps.
SOPHIA_API sophia_status sophia_plan_add_group_of(sophia_plan* plan, const char* optimizer, double learning_rate,
                                                  double weight_decay, int32_t* group);
// A hyperparameter of a group. Every one that sophia_hyperparameter_names() lists must be set.
SOPHIA_API sophia_status sophia_plan_set(sophia_plan* plan, int32_t group, const char* name, double value);
// Another tensor, of `count` floats. The order in which tensors are added is that in which they are placed.
SOPHIA_API sophia_status sophia_plan_add_tensor(sophia_plan* plan, int32_t group, int64_t count);
// The same for optimizers that see more than single numbers: a matrix of rows times columns floats, row by row. Outputs
// of its linear map go along the columns, (in, out), or along the rows, (out, in); `parts` matrices stand side by side
// in it, 3 in a joint projection to q, k and v. With "adam-mini", `block` numbers in a row share a second moment, or,
// in each part, so many columns as its one of `widths` says; 0 and NULL: all of the tensor.
typedef struct sophia_matrix {
  uint64_t size;
  int64_t rows, columns;
  int64_t parts;
  int64_t out_last;  // 1: along the columns
  int64_t block;
  const int64_t* widths;
} sophia_matrix;
#define SOPHIA_MATRIX_INIT {sizeof(sophia_matrix), 1, 1, 1, 1, 0, 0}
SOPHIA_API sophia_status sophia_plan_add_matrix(sophia_plan* plan, int32_t group, const sophia_matrix* matrix);
// A win rate from 0.1 to 0.5 that ρ or γ is moved towards after every refresh of the Hessian; 0 leaves it, as at first.
SOPHIA_API sophia_status sophia_plan_set_target_win_rate(sophia_plan* plan, double win_rate);
// An optimizer attached to those tensors: it owns their state, on the device, zero at first. The plan can be used
// again.
typedef struct sophia_optimizer sophia_optimizer;
SOPHIA_API sophia_status sophia_optimizer_attach(sophia_device* device, sophia_plan* plan,
                                                 sophia_optimizer** optimizer);
SOPHIA_API sophia_status sophia_optimizer_destroy(sophia_optimizer* optimizer);
// Where the tensors lie, and where their gradients do, from now on: as many as the plan has, in its order. Buffers are
// kept alive until the next time. Addresses are of floats that the device can reach, and none is copied.
SOPHIA_API sophia_status sophia_optimizer_place(sophia_optimizer* optimizer, sophia_buffer* const* parameters,
                                                int64_t count);
SOPHIA_API sophia_status sophia_optimizer_place_gradients(sophia_optimizer* optimizer, sophia_buffer* const* gradients,
                                                          int64_t count);
SOPHIA_API sophia_status sophia_optimizer_place_at(sophia_optimizer* optimizer, float* const* parameters,
                                                   int64_t count);
SOPHIA_API sophia_status sophia_optimizer_place_gradients_at(sophia_optimizer* optimizer, float* const* gradients,
                                                             int64_t count);

typedef struct sophia_step_options {
  uint64_t size;
  double factor;    // ≥ 0, what the learning rates of all groups are multiplied by, as a schedule has it
  double scale;     // > 0, what the gradient is multiplied by first: the inverse of a loss scale
  double clip;      // the global norm that it is clipped to after that; 0 does not clip
  int64_t checked;  // 1: a gradient that is not finite changes nothing; 0 saves the pass that looks, unless it clips
} sophia_step_options;
#define SOPHIA_STEP_OPTIONS_INIT {sizeof(sophia_step_options), 1, 1, 0, 1}

typedef struct sophia_step_result {
  uint64_t size;
  int64_t skipped;        // 1: the gradient was not finite, nothing was changed, and the step does not count
  double gradient_norm;   // L2, after the scale and before the clip; 0 where neither `checked` nor `clip` asked for it
  double clip;            // what the clip multiplied the gradient by
  double win_rate;        // the part of the coordinates whose step was not clipped; 0 for optimizers that do not clip
  double parameter_norm;  // L2, of all parameters after the step
  double momentum_norm;
} sophia_step_result;
#define SOPHIA_STEP_RESULT_INIT {sizeof(sophia_step_result), 0, 0, 0, 0, 0, 0}

// One step of all tensors, with the gradients where they were placed. `options`: NULL for those of _INIT. `result`: may
// be NULL.
SOPHIA_API sophia_status sophia_optimizer_step(sophia_optimizer* optimizer, const sophia_step_options* options,
                                               sophia_step_result* result);
// How the Hessian's diagonal is estimated.
typedef int32_t sophia_estimator;
enum {
  SOPHIA_GNB = 0,        // by the gradient ĝ of the mean loss at labels drawn from the model, squared here
  SOPHIA_HUTCHINSON = 1  // by u ⊙ Hu for a random u, which is given as it is
};

typedef struct sophia_hessian_options {
  uint64_t size;
  double scale, clip;  // of the estimate, as in sophia_step_options
} sophia_hessian_options;
#define SOPHIA_HESSIAN_OPTIONS_INIT {sizeof(sophia_hessian_options), 1, 0}

#define SOPHIA_RATIO_BINS 64
typedef struct sophia_hessian_result {
  uint64_t size;
  int64_t skipped;       // 1: the estimate was not finite, and nothing was changed
  double gradient_norm;  // L2, of what was placed, after the scale and before the clip
  double win_rate;       // the part of the coordinates with |m| below the threshold of the new h: 0.1 to 0.5 is good
  double negative_rate;  // the part of the coordinates with h < 0, which take steps of the momentum's sign
  double l1, l2;         // Σ|h| and √Σh²
  double ratios[SOPHIA_RATIO_BINS];  // parts of the coordinates by |m| over its threshold: half octaves, bin 32 begins
                                     // at 1, the last is for those without a positive h
} sophia_hessian_result;
#define SOPHIA_HESSIAN_RESULT_INIT {sizeof(sophia_hessian_result), 0, 0, 0, 0, 0, 0, {0}}

// Takes what was placed as gradients into the moving average of the Hessian's diagonal, every k steps. `tokens`: B > 0,
// how many predictions the sampled loss is the mean of; 1 with SOPHIA_HUTCHINSON. `options`, `result`: may be NULL.
// SOPHIA_INVALID_ARGUMENT for an optimizer that keeps no Hessian.
SOPHIA_API sophia_status sophia_optimizer_update_hessian(sophia_optimizer* optimizer, sophia_estimator estimator,
                                                         double tokens, const sophia_hessian_options* options,
                                                         sophia_hessian_result* result);
// Gives a group another learning rate and weight decay.
SOPHIA_API sophia_status sophia_optimizer_set_rates(sophia_optimizer* optimizer, int32_t group, double learning_rate,
                                                    double weight_decay);
// What a saved state has beside its slots.
typedef struct sophia_counters {
  uint64_t size;
  int64_t steps;  // that were made
  double tokens;  // B of the last refresh; 1 at first
  double scale;   // what ρ or γ is multiplied by; 1 at first
} sophia_counters;
#define SOPHIA_COUNTERS_INIT {sizeof(sophia_counters), 0, 1, 1}
SOPHIA_API sophia_status sophia_optimizer_counters(sophia_optimizer* optimizer, sophia_counters* counters);
SOPHIA_API sophia_status sophia_optimizer_set_counters(sophia_optimizer* optimizer, const sophia_counters* counters);
// How many numbers a slot has of a tensor, by its place in the plan; 0 where it has none.
SOPHIA_API sophia_status sophia_optimizer_slot_size(sophia_optimizer* optimizer, const char* slot, int64_t tensor,
                                                    int64_t* count);
// Those `count` numbers, to and from an array of the host.
SOPHIA_API sophia_status sophia_optimizer_read(sophia_optimizer* optimizer, const char* slot, int64_t tensor, float* to,
                                               int64_t count);
SOPHIA_API sophia_status sophia_optimizer_write(sophia_optimizer* optimizer, const char* slot, int64_t tensor,
                                                const float* from, int64_t count);
// Random numbers are a function of these and of the position alone, on every device.
typedef struct sophia_draw {
  uint64_t size;
  uint64_t seed;
  uint64_t step;   // below 2³²
  uint64_t first;  // of labels: the number of the first row in its batch, below 2⁵⁰, which may be drawn in parts;
                   // of a probe: the number of the tensor, below 2¹⁶, so that each draws its own
} sophia_draw;
#define SOPHIA_DRAW_INIT {sizeof(sophia_draw), 0, 0, 0}

// Labels drawn from the softmax of each row: Algorithm 2, line 3. `logits`: (rows, columns) f32, at most 2¹⁷ columns;
// `targets`: (rows) i32, where −1 leaves a row out, or NULL for all; `labels`: (rows) i32, written. Their count is the
// number of rows.
SOPHIA_API sophia_status sophia_gnb_sample_labels(sophia_buffer* logits, sophia_buffer* targets, sophia_buffer* labels,
                                                  const sophia_draw* draw);
// For an optimizer of the caller's own:  h ← β₂ h + (1 − β₂) B ĝ²,  with h and ĝ in f32 and 0 ≤ β₂ < 1. Of the result,
// what needs a momentum is 0. `result`: may be NULL.
SOPHIA_API sophia_status sophia_gnb_update(sophia_buffer* hessian, sophia_buffer* gradient, double tokens, double beta2,
                                           sophia_hessian_result* result);

// A random vector u: signs, or numbers of N(0, 1). `probe`: f32, written.
typedef int32_t sophia_distribution;
enum { SOPHIA_RADEMACHER = 0, SOPHIA_GAUSSIAN = 1 };
SOPHIA_API sophia_status sophia_hutchinson_probe(sophia_buffer* probe, sophia_distribution distribution,
                                                 const sophia_draw* draw);

// h ← β₂ h + (1 − β₂) u ⊙ Hu,  of a probe u and the product of the Hessian with it. With β₂ = 0 h is the estimate
// itself.
SOPHIA_API sophia_status sophia_hutchinson_update(sophia_buffer* hessian, sophia_buffer* probe, sophia_buffer* product,
                                                  double beta2, sophia_hessian_result* result);

#ifdef __cplusplus
}
#endif
#endif  // SOPHIA_H
