// What a kernel file sees in place of NVIDIA's cuda_runtime.h when a host compiler builds it for tests.
#pragma once
#include "intrinsics.h"
#include "runtime_api.h"
#include "warp.h"
#include "words.h"
