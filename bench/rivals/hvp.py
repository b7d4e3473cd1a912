"""GPT-2 in plain PyTorch, for bench/curvature.mjs: gradients, and Hessian-vector products by differentiating twice.

Started with the path of a safetensors checkpoint and the JSON of the model; then reads a line per request from standard
input (`gradient` or `product`) and answers with the seconds it took. The vector and the tokens are files beside the
checkpoint, and `product` leaves its result there.
"""
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder, config = sys.argv[1], json.loads(sys.argv[2])
torch.set_num_threads(config["threads"])


def read_checkpoint(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header, data = json.loads(file.read(size)), file.read()
    tensors = {}
    for name, tensor in header.items():
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            values = np.frombuffer(data[begin:end], dtype=np.float32).reshape(tensor["shape"])
            tensors[name] = torch.from_numpy(values.copy()).requires_grad_()
    return tensors


def linear(p, name, x):
    return x @ p[name + ".weight"] + p[name + ".bias"]


def norm(p, name, x):
    return F.layer_norm(x, x.shape[-1:], p[name + ".weight"], p[name + ".bias"])


def attention(p, name, x):
    batch, time_, width = x.shape
    heads = config["heads"]
    q, k, v = (
        part.view(batch, time_, heads, width // heads).transpose(1, 2)
        for part in linear(p, name + ".c_attn", x).split(width, dim=2)
    )
    scores = q @ k.transpose(-2, -1) / math.sqrt(width // heads)
    causal = torch.ones(time_, time_, dtype=torch.bool).tril()
    weights = scores.masked_fill(~causal, -math.inf).softmax(-1)
    return linear(p, name + ".c_proj", (weights @ v).transpose(1, 2).reshape(batch, time_, width))


def loss_of(p, tokens, targets):
    x = p["wte.weight"][tokens] + p["wpe.weight"][: tokens.shape[1]]
    for layer in range(config["layers"]):
        block = f"h.{layer}"
        x = x + attention(p, block + ".attn", norm(p, block + ".ln_1", x))
        hidden = F.gelu(linear(p, block + ".mlp.c_fc", norm(p, block + ".ln_2", x)), approximate="tanh")
        x = x + linear(p, block + ".mlp.c_proj", hidden)
    logits = norm(p, "ln_f", x) @ p["wte.weight"].t()
    return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1), ignore_index=-1)


def read(name, kind, shape=(-1,)):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}", dtype=kind).copy()).view(shape)


parameters = read_checkpoint(f"{folder}/model.safetensors")
names = list(parameters)
tokens = read("tokens", np.int32, (-1, config["length"])).long()
targets = read("targets", np.int32, (-1, config["length"])).long()
vector, u, at = read("u", np.float32), [], 0
for name in config["order"]:
    count = parameters[name].numel()
    u.append(vector[at : at + count].view(parameters[name].shape))
    at += count
ordered = [parameters[name] for name in config["order"]]


def gradient():
    return torch.autograd.grad(loss_of(parameters, tokens, targets), ordered)


def product():
    first = torch.autograd.grad(loss_of(parameters, tokens, targets), ordered, create_graph=True)
    return torch.autograd.grad(sum((g * v).sum() for g, v in zip(first, u)), ordered)


for line in sys.stdin:
    start = time.perf_counter()
    found = {"gradient": gradient, "product": product}[line.strip()]()
    seconds = time.perf_counter() - start
    torch.cat([part.reshape(-1) for part in found]).numpy().tofile(f"{folder}/{line.strip()}")
    print(json.dumps({"seconds": seconds, "version": torch.__version__}), flush=True)
