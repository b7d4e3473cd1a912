"""A contender in PyTorch: training steps of GPT-2, steps of optimizers, gradients and Hessian-vector products.

Started with `stock`, `tuned` or `bfloat16`; bench/protocol.ts says what it is asked and what it answers. What is said to
be tuned is refused where the library that tunes it was not loaded.
"""
import json
import os
import sys
import time

import torch

import pytorch_curvature
import pytorch_optimizers
import pytorch_steps
from pytorch_refusal import Refusal

variant = sys.argv[1]
kinds = {
    "step": pytorch_steps.prepare,
    "optimizer": pytorch_optimizers.prepare,
    "curvature": pytorch_curvature.prepare,
}


def repeat(run, wanted):
    """Runs for so many seconds, after a run that is not timed: it meets warm caches and threads that are awake."""
    run()
    begin, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - begin < wanted:
        run()
        count += 1
    return {"seconds": time.perf_counter() - begin, "count": count}


def check_tuned():
    """That the preloaded library is there: the loader leaves out what it cannot load, with no more than a warning."""
    library = os.path.realpath(os.environ.get("LD_PRELOAD") or "nothing")
    with open("/proc/self/maps", errors="surrogateescape") as maps:
        if library not in (line.split(maxsplit=5)[-1].rstrip("\n") for line in maps):
            raise Refusal("it is not tuned: the preloaded library was not loaded")


def answer(request, work):
    """The answer to a request, and the work that is prepared afterwards."""
    if request["ask"] == "describe":
        return {"name": f"PyTorch {torch.__version__} {variant}"}, work
    if request["ask"] == "turn":
        return repeat(work, request["seconds"]), work
    if request["kind"] not in kinds:
        raise Refusal(f"it has no {request['kind']}")
    if variant != "stock":
        check_tuned()
    torch.set_num_threads(request["threads"])
    facts, work = kinds[request["kind"]](request, variant)
    return {"ready": True, **facts}, work


def main():
    replies = os.fdopen(os.dup(1), "w")  # what a library prints goes elsewhere
    os.dup2(2, 1)
    work = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["ask"] == "prepare":
            work = None  # gives its memory back first
        try:
            reply, work = answer(request, work)
        except Refusal as refusal:
            reply = {"refused": str(refusal)}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
