"""Records the learning rates of the three programs of `src/policy/presets.ts`: python3 programs.py > programs.json (needs PyTorch)."""

import json

import torch
from torch import optim
from torch.optim.lr_scheduler import ExponentialLR, LinearLR, MultiStepLR


def program(optimizer, schedulers, epochs):
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step()
    return rates


def parameters():
    return [torch.nn.Parameter(torch.randn(2, 2, requires_grad=True))]


first = optim.SGD(parameters(), 0.1)
second = optim.Adam(parameters(), lr=0.01)
third = optim.SGD(parameters(), 0.1)

print(
    json.dumps(
        {
            "torch_version": torch.__version__,
            "sgd-exponential": program(first, [ExponentialLR(first, gamma=0.9)], 20),
            "adam-warmup": program(second, [LinearLR(second, start_factor=0.1, total_iters=100)], 100),
            "exponential-and-milestones": program(
                third,
                [ExponentialLR(third, gamma=0.9), MultiStepLR(third, milestones=[30, 80], gamma=0.1)],
                20,
            ),
        },
        indent=1,
    )
)
