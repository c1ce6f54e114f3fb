"""PyTorch on the CPU: `pytorch.py step|prediction <folder of problems> <settings as JSON>`."""
import json
import sys

import numpy as np
import torch
from timing import milliseconds, openblas

# Debian's PyTorch calls OpenBLAS, which keeps its own count of threads. (1, 2) is what a plain import gives here.
THREADS = {"1 thread": (1, 1), "2 threads": (2, 2), "2 threads in BLAS only": (1, 2)}


def set_threads(own, blas):
    torch.set_num_threads(own)
    openblas.openblas_set_num_threads(blas)


def problem(folder, shape):
    inputs, width, depth, batch = map(int, shape.split("-"))
    values = torch.from_numpy(np.fromfile(f"{folder}/{shape}.f32", dtype=np.float32))
    sizes = [inputs] + [width] * depth + [1]

    def take(*size):
        nonlocal values
        count = int(np.prod(size))
        taken, values = values[:count].reshape(size).clone(), values[count:]
        return taken

    x, y = take(batch, inputs), take(batch, 1)
    layers = [(take(rows, columns), take(rows), take(1)) for columns, rows in zip(sizes, sizes[1:])]
    return x, y, layers


def normalize_weight(h, v, b, g):
    return torch.nn.functional.linear(h, v * (g / v.abs().sum(1, keepdim=True)), b)


def scale_output(h, v, b, g):
    """The same function, with the normalization applied after the product."""
    return torch.nn.functional.linear(h, v) * (g / v.abs().sum(1)) + b


def objective(layer, penalty, x, y, parameters):
    h = x
    lengths = parameters[2::3]
    for l in range(len(lengths)):
        h = layer(h, *parameters[3 * l : 3 * l + 3])
        if l + 1 < len(lengths):
            h = torch.relu(h)
    path_norm = lengths[0]
    for g in lengths[1:-1]:
        path_norm = path_norm * g
    path_norm = path_norm.abs() * lengths[-1].abs().sum()
    return 0.5 * torch.nn.functional.mse_loss(h, y) + 0.5 * penalty * path_norm


def stepper(x, y, layers, layer, foreach, traced, settings):
    parameters = [tensor.clone().requires_grad_() for triple in layers for tensor in triple]
    adam = settings["adam"]
    optimizer = torch.optim.Adam(
        parameters, adam["rate"], (adam["beta1"], adam["beta2"]), adam["epsilon"], foreach=foreach
    )
    loss = lambda *p: objective(layer, settings["lambda"], x, y, p)
    if traced:
        # Parameters and data enter as inputs: a trace holds no tensor that requires a gradient.
        graph = torch.jit.trace(
            lambda x, y, *p: objective(layer, settings["lambda"], x, y, p), (x, y, *parameters), check_trace=False
        )
        loss = lambda *p: graph(x, y, *p)

    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss(*parameters)
        value.backward()
        optimizer.step()
        return value

    return step


def measure_step(folder, settings):
    for shape in settings["stepShapes"]:
        x, y, layers = problem(folder, shape)
        for threads, counts in THREADS.items():
            set_threads(*counts)
            for form, layer in {"weight scaled": normalize_weight, "output scaled": scale_output}.items():
                # The fused Adam of this version runs on CUDA only.
                for adam, foreach, traced in [
                    ("for-loop Adam", False, False),
                    ("for-each Adam", True, False),
                    ("for-each Adam, traced", True, True),
                ]:
                    step = stepper(x, y, layers, layer, foreach, traced, settings)
                    check = [step().item() for _ in range(settings["checkedSteps"])][-1]
                    yield f"step {shape}", f"{threads}, {form}, {adam}", check, step


def measure_prediction(folder, settings):
    x, _, layers = problem(folder, settings["predictionShape"])
    modules = []
    for v, b, g in layers:
        linear = torch.nn.Linear(v.shape[1], v.shape[0])
        linear.weight.data, linear.bias.data = v * (g / v.abs().sum(1, keepdim=True)), b
        modules += [linear, torch.nn.ReLU()]
    net = torch.nn.Sequential(*modules[:-1]).eval()
    row = x[:1].clone()
    parts = x.split(1000)
    with torch.inference_mode():
        forms = {"eager": net, "frozen trace": torch.jit.freeze(torch.jit.trace(net, row))}
        for threads, counts in THREADS.items():
            set_threads(*counts)
            for form, f in forms.items():
                variant = f"{threads}, {form}"
                check = f(x).sum().item()
                yield "row", variant, check, lambda: f(row)
                yield "rows", variant, check, lambda: f(x)
                yield "rows", f"{variant}, 1,000 at a time", check, lambda: [f(part) for part in parts]


measures = {"step": measure_step, "prediction": measure_prediction}
figures = [
    {"column": column, "variant": variant, "check": check, "milliseconds": milliseconds(call)}
    for column, variant, check, call in measures[sys.argv[1]](sys.argv[2], json.loads(sys.argv[3]))
]
print(json.dumps({"version": f"PyTorch {torch.__version__}", "figures": figures}))
