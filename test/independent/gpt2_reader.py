"""A reader of Hugging Face GPT-2 directories that shares nothing with this package: Python's standard library, float64.

    python3 gpt2_reader.py DIRECTORY '[[1, 2, 3], [4, 5]]'

prints, as JSON, `logits`: for each sequence of tokens and each of its positions the logits of all tokens. Where torch and
transformers are installed, `transformers` is what they compute of the same files, in float64; else it is null.

The formulas are those of Radford et al. 2019 as https://github.com/openai/gpt-2/blob/master/src/model.py has them.
"""

import json
import math
import os
import struct
import sys


def read_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def numbers(data, dtype):
    if dtype == "F32":
        return list(struct.unpack(f"<{len(data) // 4}f", data))
    if dtype == "F16":
        return list(struct.unpack(f"<{len(data) // 2}e", data))
    if dtype == "BF16":  # the upper half of a float
        halves = [data[i : i + 2] for i in range(0, len(data), 2)]
        return [struct.unpack("<f", b"\0\0" + half)[0] for half in halves]
    return None  # a buffer


def read_file(path, tensors):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = file.read()
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numbers(body[begin:end], entry["dtype"])
        if values is not None:
            tensors[name.removeprefix("transformer.")] = (entry["shape"], values)


def read_directory(directory):
    tensors = {}
    index = os.path.join(directory, "model.safetensors.index.json")
    files = ["model.safetensors"]
    if not os.path.exists(os.path.join(directory, files[0])):
        files = sorted(set(read_json(index)["weight_map"].values()))
    for file in files:
        read_file(os.path.join(directory, file), tensors)
    return tensors


def rows(tensor):
    (_, width), values = tensor
    return [values[i : i + width] for i in range(0, len(values), width)]


class Model:
    def __init__(self, directory):
        self.config = read_json(directory, "config.json")
        self.tensors = read_directory(directory)
        self.embedding = rows(self.tensors["wte.weight"])

    def values(self, name):
        return self.tensors[name][1]

    def linear(self, name, x):
        """y = x W + b with W as (in, out)."""
        y = list(self.values(f"{name}.bias"))
        for xi, row in zip(x, rows(self.tensors[f"{name}.weight"])):
            for j, w in enumerate(row):
                y[j] += xi * w
        return y

    def norm(self, name, x):
        mean = math.fsum(x) / len(x)
        variance = math.fsum((xi - mean) ** 2 for xi in x) / len(x)
        scale = 1 / math.sqrt(variance + self.config["layer_norm_epsilon"])
        gain, bias = self.values(f"{name}.weight"), self.values(f"{name}.bias")
        return [(xi - mean) * scale * g + b for xi, g, b in zip(x, gain, bias)]

    def gelu(self, x):
        if self.config["activation_function"] == "gelu":
            return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))
        return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    def attention(self, block, stream):
        """Each position looks at itself and at those before it."""
        width, heads = self.config["n_embd"], self.config["n_head"]
        size = width // heads
        divisor = math.sqrt(size)
        if self.config["scale_attn_by_inverse_layer_idx"]:
            divisor *= block + 1
        qkv = [self.linear(f"h.{block}.attn.c_attn", x) for x in stream]
        outputs = []
        for t, row in enumerate(qkv):
            output = []
            for head in range(heads):
                part = slice(head * size, (head + 1) * size)
                query = row[:width][part]
                keys = [qkv[s][width : 2 * width][part] for s in range(t + 1)]
                values = [qkv[s][2 * width :][part] for s in range(t + 1)]
                scores = [math.fsum(q * k for q, k in zip(query, key)) / divisor for key in keys]
                peak = max(scores)
                weights = [math.exp(score - peak) for score in scores]
                total = math.fsum(weights)
                output += [math.fsum(w * v[j] for w, v in zip(weights, values)) / total for j in range(size)]
            outputs.append(self.linear(f"h.{block}.attn.c_proj", output))
        return outputs

    def mlp(self, block, x):
        inner = [self.gelu(y) for y in self.linear(f"h.{block}.mlp.c_fc", x)]
        return self.linear(f"h.{block}.mlp.c_proj", inner)

    def logits(self, tokens):
        positions = rows(self.tensors["wpe.weight"])
        stream = [[a + b for a, b in zip(self.embedding[token], positions[t])] for t, token in enumerate(tokens)]
        for block in range(self.config["n_layer"]):
            added = self.attention(block, [self.norm(f"h.{block}.ln_1", x) for x in stream])
            stream = [[a + b for a, b in zip(x, y)] for x, y in zip(stream, added)]
            added = [self.mlp(block, self.norm(f"h.{block}.ln_2", x)) for x in stream]
            stream = [[a + b for a, b in zip(x, y)] for x, y in zip(stream, added)]
        final = [self.norm("ln_f", x) for x in stream]
        return [[math.fsum(a * b for a, b in zip(x, row)) for row in self.embedding] for x in final]


def by_transformers(directory, sequences):
    try:
        import torch
        from transformers import GPT2LMHeadModel
    except ImportError:
        return None
    model = GPT2LMHeadModel.from_pretrained(directory).double().eval()
    with torch.no_grad():
        return [model(torch.tensor([tokens])).logits[0].tolist() for tokens in sequences]


def main(directory, sequences):
    model = Model(directory)
    logits = [model.logits(tokens) for tokens in sequences]
    print(json.dumps({"logits": logits, "transformers": by_transformers(directory, sequences)}))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
