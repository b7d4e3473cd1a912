"""GPT-2 in plain PyTorch, for bench/throughput.mjs: seconds of a training step on a GPU, in bf16.

Started with the JSON of the setting; prints one line of JSON: the version, whether torch.compile worked, and the tokens
per second of every step behind the warm ones. As fast as PyTorch goes by itself: autocast to bf16, scaled dot-product
attention, a fused AdamW, the head tied to the embedding.
"""
import json
import sys
import time

import torch
from torch import nn

from pytorch_steps import Gpt2


def main(setting):
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU")
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("high")
    shape = {name: setting[name] for name in ("layers", "heads", "width", "context", "vocabulary")}
    model = Gpt2(**shape).cuda()
    optimizer = torch.optim.AdamW(model.parameters(), lr=6e-4, weight_decay=0.1, fused=True)
    size = (setting["batch"], setting["length"])
    tokens = torch.randint(shape["vocabulary"], size, device="cuda")
    targets = torch.randint(shape["vocabulary"], size, device="cuda")

    def seconds(run):
        torch.cuda.synchronize()
        start = time.perf_counter()
        with torch.autocast("cuda", dtype=torch.bfloat16):
            loss = run(tokens, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        torch.cuda.synchronize()
        return time.perf_counter() - start

    run, compiled = torch.compile(model), True
    try:
        seconds(run)
    except Exception as error:  # it needs a compiler and Triton, which may be missing
        print(f"torch.compile: {error}", file=sys.stderr)
        run, compiled = model, False
    times = [seconds(run) for _ in range(setting["warm"] + setting["steps"])][setting["warm"] :]
    rates = [tokens.numel() / each for each in times]
    print(json.dumps({"version": torch.__version__, "compiled": compiled, "rates": rates}))


main(json.loads(sys.argv[1]))
