"""GPT-2 in plain PyTorch, for bench/throughput.mjs: seconds of a training step on a GPU, in bf16.

Started with the JSON of the setting; prints one line of JSON: the version, whether torch.compile worked, and the tokens
per second of every step behind the warm ones. As fast as PyTorch goes by itself: autocast to bf16, scaled dot-product
attention, a fused AdamW, the head tied to the embedding.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        batch, length, width = x.shape
        split = (batch, length, 3, self.heads, width // self.heads)
        q, k, v = self.qkv(self.norm1(x)).view(split).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Gpt2(nn.Module):
    def __init__(self, layers, heads, width, context, vocabulary):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        for table in (self.tokens, self.positions):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, tokens, targets):
        x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = self.norm(x) @ self.tokens.weight.t()
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


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
