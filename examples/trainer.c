// A trainer in C: a softmax classifier of three clouds of points, trained with Sophia-G.
//
//   cc trainer.c $(pkg-config --cflags --libs sophia) -lm
#include <math.h>
#include <sophia.h>
#include <stdio.h>
#include <stdlib.h>

enum { POINTS = 300, FEATURES = 2, CLASSES = 3, STEPS = 100, REFRESH = 10 };

static float points[POINTS][FEATURES];
static int32_t classes[POINTS];

// The model and its gradient: logits = x Wᵀ + b.
static float weight[CLASSES][FEATURES], bias[CLASSES];
static float weight_gradient[CLASSES][FEATURES], bias_gradient[CLASSES];
static float logits[POINTS][CLASSES];
static int32_t labels[POINTS];

// Every function returns a status; the words stand in sophia_last_error().
static void check(sophia_status status) {
  if (status == SOPHIA_OK) return;
  fprintf(stderr, "%s: %s\n", sophia_status_name(status), sophia_last_error());
  exit(1);
}

// Three clouds that overlap, around the corners of a triangle.
static void draw_points(void) {
  static const float corners[CLASSES][FEATURES] = {{0, 2}, {-2, -1}, {2, -1}};
  uint32_t state = 1;
  for (int p = 0; p < POINTS; ++p) {
    classes[p] = p % CLASSES;
    for (int f = 0; f < FEATURES; ++f) {
      float noise = 0;
      for (int i = 0; i < 12; ++i) {
        state = state * 1664525u + 1013904223u;
        noise += (float)(state >> 8) / (1 << 24) - 0.5f;
      }
      points[p][f] = corners[classes[p]][f] + 1.5f * noise;
    }
  }
}

static void forward(void) {
  for (int p = 0; p < POINTS; ++p)
    for (int c = 0; c < CLASSES; ++c) {
      logits[p][c] = bias[c];
      for (int f = 0; f < FEATURES; ++f) logits[p][c] += weight[c][f] * points[p][f];
    }
}

// The gradient of the mean loss at these labels, from the logits; returns the loss.
static double backward(const int32_t* targets) {
  double loss = 0;
  for (int c = 0; c < CLASSES; ++c) {
    bias_gradient[c] = 0;
    for (int f = 0; f < FEATURES; ++f) weight_gradient[c][f] = 0;
  }
  for (int p = 0; p < POINTS; ++p) {
    double sum = 0;
    for (int c = 0; c < CLASSES; ++c) sum += exp(logits[p][c]);
    loss += (log(sum) - logits[p][targets[p]]) / POINTS;
    for (int c = 0; c < CLASSES; ++c) {
      const float d = (float)((exp(logits[p][c]) / sum - (c == targets[p])) / POINTS);
      bias_gradient[c] += d;
      for (int f = 0; f < FEATURES; ++f) weight_gradient[c][f] += d * points[p][f];
    }
  }
  return loss;
}

// Sophia-G, with weight decay for the matrix and none for the bias.
static sophia_optimizer* attach(sophia_device* device) {
  sophia_plan* plan;
  check(sophia_plan_create("sophia-g", &plan));
  static const double weight_decays[] = {1e-2, 0};
  static const int64_t counts[] = {CLASSES * FEATURES, CLASSES};
  for (int i = 0; i < 2; ++i) {
    int32_t group;
    check(sophia_plan_add_group(plan, 0.02, weight_decays[i], &group));
    check(sophia_plan_set(plan, group, "beta1", 0.965));
    check(sophia_plan_set(plan, group, "beta2", 0.99));
    check(sophia_plan_set(plan, group, "rho", 0.04));
    check(sophia_plan_set(plan, group, "epsilon", 1e-15));
    check(sophia_plan_add_tensor(plan, group, counts[i]));
  }

  sophia_optimizer* optimizer;
  check(sophia_optimizer_attach(device, plan, &optimizer));
  check(sophia_plan_destroy(plan));

  float* const parameters[] = {weight[0], bias};
  float* const gradients[] = {weight_gradient[0], bias_gradient};
  check(sophia_optimizer_place_at(optimizer, parameters, 2));
  check(sophia_optimizer_place_gradients_at(optimizer, gradients, 2));
  return optimizer;
}

int main(void) {
  sophia_device* device;
  check(sophia_device_cpu(0, NULL, &device));
  sophia_buffer *logits_buffer, *labels_buffer;
  check(sophia_buffer_wrap(device, SOPHIA_F32, POINTS * CLASSES, logits, &logits_buffer));
  check(sophia_buffer_wrap(device, SOPHIA_I32, POINTS, labels, &labels_buffer));
  sophia_optimizer* optimizer = attach(device);
  draw_points();

  for (int step = 0; step < STEPS; ++step) {
    // Every tenth step the Hessian's diagonal is refreshed, by the gradient at labels drawn from the model.
    sophia_hessian_result hessian = SOPHIA_HESSIAN_RESULT_INIT;
    forward();
    if (step % REFRESH == 0) {
      sophia_draw draw = SOPHIA_DRAW_INIT;
      draw.step = (uint64_t)step;
      check(sophia_gnb_sample_labels(logits_buffer, NULL, labels_buffer, &draw));
      backward(labels);
      check(sophia_optimizer_update_hessian(optimizer, SOPHIA_GNB, POINTS, NULL, &hessian));
    }

    sophia_step_options options = SOPHIA_STEP_OPTIONS_INIT;
    options.factor = 1 - (double)step / STEPS;
    options.clip = 1;
    const double loss = backward(classes);
    check(sophia_optimizer_step(optimizer, &options, NULL));
    if (step % REFRESH == 0) printf("step %3d: loss %.4f, win rate %.2f\n", step, loss, hessian.win_rate);
  }

  forward();
  printf("step %3d: loss %.4f\n", STEPS, backward(classes));
  check(sophia_optimizer_destroy(optimizer));
  check(sophia_buffer_destroy(labels_buffer));
  check(sophia_buffer_destroy(logits_buffer));
  check(sophia_device_destroy(device));
  return 0;
}
