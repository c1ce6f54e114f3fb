"""PyTorch on the CPU, from the same specification and numbers: `pytorch.py <folder> <threads> <steps to check>`."""
import json
import resource
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, f"{sys.path[0]}/../peers")
from timing import milliseconds, openblas

folder, threads, checked = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
openblas.openblas_set_num_threads(threads)
spec = json.load(open(f"{folder}/start.json"))
numbers = torch.from_numpy(np.fromfile(f"{folder}/start.f32", dtype=np.float32))


def take(*shape):
    global numbers
    count = int(np.prod(shape))
    taken, numbers = numbers[:count].reshape(shape).clone(), numbers[count:]
    return taken


# Images are channels first for PyTorch, in memory channels last, which is the faster here.
x, y = take(spec["batch"], *spec["input"]), take(spec["batch"], spec["outputs"])
parameters = [take(*shape).requires_grad_() for shape in spec["shapes"]]
if x.dim() == 4:
    x = x.permute(0, 3, 1, 2)
remaining = iter(parameters)


def equilibrated(v):
    return F.normalize(v, dim=1)


ACTIVATIONS = {None: lambda z: z, "relu": F.relu, "gelu": F.gelu}


def build(layer, channels):
    """A layer as a function, and the channels that it writes."""
    kind = layer["layer"]
    if kind == "residual":
        shortcut, _ = chain(layer.get("shortcut", []), channels)
        branch, written = chain(layer["layers"], channels)
        return lambda h: shortcut(h) + branch(h), written
    if kind == "dense":
        v, b = next(remaining), next(remaining)
        act = ACTIVATIONS[layer.get("activation")]
        return lambda h: act(F.linear(h, equilibrated(v), b.flatten())), layer["outputs"]
    if kind == "convolution":
        v, size = next(remaining), layer["size"]

        def convolve(h):
            w = equilibrated(v).reshape(-1, size, size, channels).permute(0, 3, 1, 2)
            return F.conv2d(h, w, None, layer["stride"], layer["padding"])

        return convolve, layer["channels"]
    if kind == "batch-norm":
        gain, shift = next(remaining), next(remaining)
        mean, variance = torch.zeros(channels), torch.ones(channels)
        return lambda h: F.batch_norm(h, mean, variance, gain.flatten(), shift.flatten(), True), channels
    if kind == "layer-norm":
        gain, shift = next(remaining), next(remaining)
        return lambda h: F.layer_norm(h, (channels,), gain.flatten(), shift.flatten()), channels
    if kind == "activation":
        return ACTIVATIONS[layer["activation"]], channels
    if kind == "global-average-pool":
        return lambda h: h.mean((2, 3) if h.dim() == 4 else 1), channels
    if kind == "patches":
        v, b, size = next(remaining), next(remaining), layer["size"]

        def embed(h):
            w = equilibrated(v).reshape(-1, size, size, channels).permute(0, 3, 1, 2)
            return F.conv2d(h, w, b.flatten(), size).flatten(2).transpose(1, 2)

        return embed, layer["features"]
    if kind == "learned-positions":
        positions = next(remaining)
        return lambda h: h + positions.reshape(h.shape[1:]), channels
    if kind == "attention":
        return attention(layer["heads"]), channels
    raise ValueError(kind)


def attention(heads):
    q, k, v, o, b = (next(remaining) for _ in range(5))

    def attend(h):
        n, tokens, features = h.shape
        split = lambda w: F.linear(h, equilibrated(w)).reshape(n, tokens, heads, -1).transpose(1, 2)
        scores = split(q) @ split(k).transpose(2, 3) / (features / heads) ** 0.5
        mixed = (scores.softmax(-1) @ split(v)).transpose(1, 2).reshape(n, tokens, features)
        return F.linear(mixed, equilibrated(o), b.flatten())

    return attend


def chain(layers, channels):
    functions = []
    for layer in layers:
        function, channels = build(layer, channels)
        functions.append(function)

    def run(h):
        for function in functions:
            h = function(h)
        return h

    return run, channels


network, _ = chain(spec["layers"], spec["input"][-1])
adam = spec["adam"]
optimizer = torch.optim.Adam(parameters, adam["rate"], (adam["beta1"], adam["beta2"]), adam["epsilon"], foreach=True)


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = 0.5 * F.mse_loss(network(x), y)
    loss.backward()
    optimizer.step()
    return loss


check = [step().item() for _ in range(checked)][-1]
figure = {"version": f"PyTorch {torch.__version__}", "check": check, "milliseconds": milliseconds(step)}
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({**figure, "megabytes": megabytes}))
