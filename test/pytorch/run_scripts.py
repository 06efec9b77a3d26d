"""Runs scripts that lr-lab wrote, in real PyTorch, and reports the learning rates that each of them used.

Reads a JSON list of scripts from standard input. Writes one JSON object: PyTorch's version, which of today's ways it
has, and for each script the rate and momentum of each param group and the training loss at each update, the results of
each epoch's validation, and the error that ended it, if any. NaN and the infinities are written bare, as Python does.
"""

import contextlib
import functools
import io
import json
import operator
import re
import sys
import warnings

import torch
from torch.optim import lr_scheduler

UPDATE = re.compile(r"^( *)optimizer\.step\(\)$", re.MULTILINE)
VALIDATION = re.compile(r"^( *)val_loss, val_accuracy = validate\(\)$", re.MULTILINE)


def plain_sum(values):
    """Adds from left to right; since 3.12 Python's own sum compensates for rounding."""
    return functools.reduce(operator.add, values)


def run(script):
    updates, validations = [], []

    def record_update(optimizer, loss):
        groups = optimizer.param_groups
        momentum = [group["betas"][0] if "betas" in group else group["momentum"] for group in groups]
        updates.append({"lr": [group["lr"] for group in groups], "momentum": momentum, "loss": loss.item()})

    def record_validation(loss, accuracy):
        validations.append({"valLoss": loss, "valAccuracy": accuracy})

    code, count = UPDATE.subn(r"\1record_update(optimizer, loss)\n\g<0>", script)
    if count != 1:
        raise ValueError(f"a script holds optimizer.step() {count} times, not once")
    code = VALIDATION.sub(r"\g<0>\n\1record_validation(val_loss, val_accuracy)", code)
    names = {"record_update": record_update, "record_validation": record_validation, "sum": plain_sum}
    error = None
    torch.manual_seed(0)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, "<script>", "exec"), names)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    return {"updates": updates, "validations": validations, "error": error}


def cyclic_group(optimizer):
    """The param group of an optimizer on which a CyclicLR was built; None where it refuses."""
    try:
        lr_scheduler.CyclicLR(optimizer, base_lr=0.1, max_lr=1.0)
    except ValueError:
        return None
    return optimizer.param_groups[0]


def ways():
    """The behaviours of this PyTorch that earlier versions lack."""
    parameters = [torch.zeros(1)]
    with_momentum = cyclic_group(torch.optim.SGD(parameters, lr=0.1, momentum=0.9))
    return {
        "recursiveUndo": hasattr(lr_scheduler.SequentialLR, "recursive_undo"),
        "updateLr": hasattr(lr_scheduler.StepLR, "_update_lr"),
        "isInitial": hasattr(lr_scheduler.StepLR, "_is_initial"),
        "cyclesBetas": cyclic_group(torch.optim.Adam(parameters, lr=0.1)) is not None,
        "keepsMomenta": "max_momentum" in with_momentum,
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    json.dump(
        {
            "torch": torch.__version__,
            "has": ways(),
            "results": [run(script) for script in json.load(sys.stdin)],
        },
        sys.stdout,
    )
