"""Gradients of GPT-2, and Hessian-vector products by differentiating twice, on weights, tokens and a vector of ours.

They are files in the case's folder; the result of a product is left there for comparison.
"""
import json
import math

import numpy as np
import torch
import torch.nn.functional as F


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


class Model:
    def __init__(self, case):
        self.heads, self.layers = case["heads"], case["layers"]
        self.parameters = read_checkpoint(f"{case['folder']}/model.safetensors")

    def linear(self, name, x):
        return x @ self.parameters[name + ".weight"] + self.parameters[name + ".bias"]

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.parameters[name + ".weight"], self.parameters[name + ".bias"])

    def attention(self, name, x):
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.linear(name + ".c_attn", x).split(width, dim=2)
        )
        scores = q @ k.transpose(-2, -1) / math.sqrt(width // self.heads)
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        weights = scores.masked_fill(~causal, -math.inf).softmax(-1)
        return self.linear(name + ".c_proj", (weights @ v).transpose(1, 2).reshape(batch, length, width))

    def loss(self, tokens, targets):
        table = self.parameters["wte.weight"]
        x = table[tokens] + self.parameters["wpe.weight"][: tokens.shape[1]]
        for layer in range(self.layers):
            block = f"h.{layer}"
            x = x + self.attention(block + ".attn", self.norm(block + ".ln_1", x))
            hidden = F.gelu(self.linear(block + ".mlp.c_fc", self.norm(block + ".ln_2", x)), approximate="tanh")
            x = x + self.linear(block + ".mlp.c_proj", hidden)
        logits = self.norm("ln_f", x) @ table.t()
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


def prepare(case, variant):
    model = Model(case)

    def read(name, kind, shape=(-1,)):
        return torch.from_numpy(np.fromfile(f"{case['folder']}/{name}", dtype=kind).copy()).view(shape)

    tokens, targets = (read(name, np.int32, (-1, case["length"])).long() for name in ("tokens", "targets"))
    ordered = [model.parameters[name] for name in case["order"].split(" ")]
    vector = read("vector", np.float32).split([each.numel() for each in ordered])
    along = [part.view(each.shape) for part, each in zip(vector, ordered)]

    def gradient():
        return torch.autograd.grad(model.loss(tokens, targets), ordered)

    def product():
        first = torch.autograd.grad(model.loss(tokens, targets), ordered, create_graph=True)
        return torch.autograd.grad(sum((g * u).sum() for g, u in zip(first, along)), ordered)

    if case["what"] == "gradient":
        return {}, gradient
    torch.cat([part.reshape(-1) for part in product()]).numpy().tofile(f"{case['folder']}/product of {variant}")
    return {}, product
