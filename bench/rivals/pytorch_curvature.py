"""Gradients of GPT-2, and Hessian-vector products by differentiating twice, on weights, tokens and a vector of ours.

They are files in the case's folder; the result of a product is left there for comparison.
"""
import json
import math

import torch
import torch.nn.functional as F


def read_numbers(data, kind, shape=(-1,)):
    """A tensor of its own memory."""
    return torch.frombuffer(bytearray(data), dtype=kind).view(shape).clone()


def read_checkpoint(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header, data = json.loads(file.read(size)), file.read()
    tensors = {}
    for name, tensor in header.items():
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            tensors[name] = read_numbers(data[begin:end], torch.float32, tensor["shape"]).requires_grad_()
    return tensors


def attend(q, k, v):
    """Causal attention that can be differentiated twice, which the fused one cannot."""
    length, width = q.shape[-2:]
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    return (q @ k.transpose(-2, -1) / math.sqrt(width)).masked_fill(~causal, -math.inf).softmax(-1) @ v


class Model:
    """GPT-2; its attention is fused where `once` says that it is differentiated no more than once."""

    def __init__(self, case, once):
        self.heads, self.layers, self.once = case["heads"], case["layers"], once
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
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True) if self.once else attend(q, k, v)
        return self.linear(name + ".c_proj", mixed.transpose(1, 2).reshape(batch, length, width))

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
    model = Model(case, once=case["what"] == "gradient")

    def read(name, kind, shape=(-1,)):
        with open(f"{case['folder']}/{name}", "rb") as file:
            return read_numbers(file.read(), kind, shape)

    tokens, targets = (read(name, torch.int32, (-1, case["length"])).long() for name in ("tokens", "targets"))
    ordered = [model.parameters[name] for name in case["order"].split(" ")]
    vector = read("vector", torch.float32).split([each.numel() for each in ordered])
    along = [part.view(each.shape) for part, each in zip(vector, ordered)]

    def gradient():
        return torch.autograd.grad(model.loss(tokens, targets), ordered)

    def product():
        first = torch.autograd.grad(model.loss(tokens, targets), ordered, create_graph=True)
        return torch.autograd.grad(sum((g * u).sum() for g, u in zip(first, along)), ordered)

    if case["what"] == "gradient":
        return {}, gradient
    write(f"{case['folder']}/product of {variant}", torch.cat([part.reshape(-1) for part in product()]))
    return {}, product


def write(path, tensor):
    data = bytearray(tensor.numel() * tensor.element_size())
    torch.frombuffer(data, dtype=tensor.dtype).copy_(tensor)
    with open(path, "wb") as file:
        file.write(data)
