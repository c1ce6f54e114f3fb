# Networks as PyTorch's own exporter writes them, into the folder that is named: each of 4 inputs.
import inspect
import sys
import torch
from torch import nn

torch.manual_seed(0)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = nn.Linear(4, 12), nn.Linear(12, 12), nn.Linear(12, 2)

    def forward(self, x):
        h = torch.relu(self.first((x - 0.25) / torch.tensor([1.0, 2.0, 3.0, 4.0])))
        return self.last(h + nn.functional.leaky_relu(self.second(h)))


class Apart(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, a, b, c):
        return self.net(torch.cat([a, b, c], 1))


norm = nn.BatchNorm1d(16)
norm.running_mean.uniform_(-1, 1)
norm.running_var.uniform_(0.5, 2)
norm.weight.data.uniform_(-2, 2)
norm.bias.data.uniform_(-1, 1)
networks = {
    "mlp": nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 3)),
    "linear": nn.Sequential(nn.Linear(4, 2, bias=False)),
    "leaky": nn.Sequential(nn.Linear(4, 16), nn.LeakyReLU(0.1), nn.Dropout(0.5), nn.Linear(16, 1)),
    "clipped": nn.Sequential(nn.Linear(4, 16), nn.ReLU6(), nn.Linear(16, 8), nn.Hardtanh(), nn.Linear(8, 1)),
    "norm": nn.Sequential(nn.Linear(4, 16), norm, nn.ReLU(), nn.Linear(16, 2)),
    "softmax": nn.Sequential(nn.Flatten(), nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(1)),
    "sigmoid": nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()),
    "residual": Residual(),
    "apart": Apart(),
}
# Newer versions put weights in a file of their own unless they are told not to.
whole = {"external_data": False} if "external_data" in inspect.signature(torch.onnx.export).parameters else {}
for name, network in networks.items():
    for opset in [9, 11, 14, 16]:
        rows = torch.zeros(1, 4)
        given = (rows[:, :1], rows[:, 1:2], rows[:, 2:]) if name == "apart" else (rows,)
        names = ["a", "b", "c"] if name == "apart" else ["x"]
        torch.onnx.export(
            network.eval(),
            given,
            f"{sys.argv[1]}/{name}-{opset}.onnx",
            opset_version=opset,
            input_names=names,
            dynamic_axes={one: {0: "rows"} for one in names},
            **whole,
        )
