#!/usr/bin/env python3
"""Records golden learning-rate traces from a real PyTorch installation.

    python3 record.py cases.json > recorded.json

`cases.json` holds a list of cases in the format of this folder (see README.md). Only the fields that describe a case
are read; all that PyTorch answers is recorded anew. So a file of this folder can be given as it is, to see what another
version of PyTorch does, and a new case is written by hand as far as its description goes:

    [{"id": "StepLR/100-mine", "kind": "run", "steps": 5,
      "optimizer": {"type": "SGD", "groups": [{"lr": 0.1, "momentum": 0.9}]},
      "scheduler": {"name": "StepLR", "params": {"step_size": 2}}}]
"""

from __future__ import annotations

import copy
import json
import math
import sys
import warnings
from collections import Counter
from typing import Any, Callable

import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

Case = dict[str, Any]

# The keys of a param group that schedulers read or write, in the order in which they are recorded.
GROUP_KEYS = (
    "lr", "initial_lr", "max_lr", "min_lr", "momentum", "betas", "max_momentum", "base_momentum", "swa_lr",
)  # fmt: skip

# What an expression may use; each name means the same in JavaScript's Math.
FUNCTIONS = {name: getattr(math, name) for name in ("floor", "cos", "sin", "sqrt", "exp", "pi")}
FUNCTIONS |= {"min": min, "max": max}


# --- Building what a case describes -----------------------------------------------------------------------------------


def make_group(values: Case) -> Case:
    """A param group with one parameter of its own."""
    group: Case = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return {"params": [torch.zeros(1, requires_grad=True)], **group}


def make_optimizer(description: Case) -> Any:
    if description["type"] == "NotAnOptimizer":
        return object()
    optimizer_class = getattr(torch.optim, description["type"])
    return optimizer_class([make_group(group) for group in description["groups"]], lr=1e-3)


def make_function(description: Case) -> Callable[[float], float]:
    """The function of an expression; a lambda, so that PyTorch leaves it out of the state dict."""
    argument = description.get("arg", "epoch")
    return eval(f"lambda {argument}: {description['expr']}", {"__builtins__": {}, **FUNCTIONS})


def make_parameter(value: Any) -> Any:
    if isinstance(value, dict) and "expr" in value:
        return make_function(value)
    if isinstance(value, list):
        return [make_parameter(item) for item in value]
    return value


def make_scheduler(description: Case, optimizer: Any, **extra: Any) -> Any:
    """Constructs the children in order, then the scheduler itself."""
    name = description["name"]
    parameters = {key: make_parameter(value) for key, value in description["params"].items()}
    parameters = {key: value for key, value in parameters.items() if value is not None} | extra
    if "children" in description:
        parameters["schedulers"] = [
            make_scheduler(child, make_optimizer(child["own_optimizer"]) if "own_optimizer" in child else optimizer)
            for child in description["children"]
        ]
    if name == "ChainedScheduler":
        return lr_scheduler.ChainedScheduler(**parameters)
    scheduler_class = SWALR if name == "SWALR" else getattr(lr_scheduler, name)
    return scheduler_class(optimizer, **parameters)


def cycles_momentum(description: Case) -> bool:
    """Whether a scheduler or one of its children cycles momentum."""
    if description["name"] in ("CyclicLR", "OneCycleLR"):
        return description["params"].get("cycle_momentum", True)
    return any(cycles_momentum(child) for child in description.get("children", []))


# --- Writing down what PyTorch holds ----------------------------------------------------------------------------------


def to_json(value: Any) -> Any:
    """The value as JSON has it; texts stand for the numbers that JSON lacks."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        # MultiStepLR's milestones are a Counter in the order given, which says nothing.
        items = sorted(value.items()) if isinstance(value, Counter) else value.items()
        return {str(key): to_json(item) for key, item in items if is_jsonable(item)}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value


def is_jsonable(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, list, tuple, dict))


def groups_of(optimizer: Any) -> list[Case]:
    return [
        {key: to_json(group[key]) for key in GROUP_KEYS if key in group} for group in optimizer.param_groups
    ]


def lrs_of(optimizer: Any) -> list[float]:
    return [float(group["lr"]) for group in optimizer.param_groups]


def momentums_of(optimizer: Any) -> list[float]:
    return [group["betas"][0] if "betas" in group else group["momentum"] for group in optimizer.param_groups]


class Trace:
    """Learning rates, and momenta where they are cycled, after each event."""

    def __init__(self, optimizer: Any, with_momentum: bool) -> None:
        self.optimizer = optimizer
        self.lrs: list[list[float]] = []
        self.momentums: list[list[float]] | None = [] if with_momentum else None
        self.record()

    def record(self) -> None:
        self.lrs.append(lrs_of(self.optimizer))
        if self.momentums is not None:
            self.momentums.append(momentums_of(self.optimizer))

    def fields(self, suffix: str = "", start: int = 0) -> tuple[Case, Case]:
        """The trace and the momentum trace, each as a field that may be empty."""
        momentum = {} if self.momentums is None else {f"momentum_trace{suffix}": to_json(self.momentums[start:])}
        return {f"trace{suffix}": to_json(self.lrs[start:])}, momentum


def error_of(error: Exception, at: str, step_index: int | None = None) -> Case:
    message = error.args[0] if isinstance(error, KeyError) else str(error)
    step = {} if step_index is None else {"step_index": step_index}
    return {"type": type(error).__name__, "message": message, "at": at, **step}


# --- Recording the kinds of cases -------------------------------------------------------------------------------------


def step_argument(case: Case, step: int) -> tuple[Any, ...]:
    """The argument of `scheduler.step`: a metric, an epoch or nothing."""
    if "metrics" in case:
        return (float(case["metrics"][step]),)
    if "epochs" in case and case["epochs"][step] is not None:
        return (case["epochs"][step],)
    return ()


def apply_edits(case: Case, optimizer: Any, step: int) -> None:
    for edit in case.get("edits", []):
        if edit["before_step"] != step:
            continue
        if "add_group" in edit:
            optimizer.add_param_group(make_group(edit["add_group"]))
        else:
            optimizer.param_groups[edit["group"]]["lr"] = edit["lr"]


def take_steps(scheduler: Any, optimizer: Any, trace: Trace, case: Case, start: int, stop: int) -> None:
    for step in range(start, stop):
        optimizer.step()
        scheduler.step(*step_argument(case, step))
        trace.record()


def record_run(case: Case) -> Case:
    optimizer = make_optimizer(case["optimizer"])
    for group, overrides in zip(getattr(optimizer, "param_groups", []), case.get("group_overrides", [])):
        group.update(overrides)
    try:
        scheduler = make_scheduler(case["scheduler"], optimizer)
    except Exception as error:
        return {"error": error_of(error, "construct")}

    after_construct = {"groups_after_construct": groups_of(optimizer)}
    trace = Trace(optimizer, cycles_momentum(case["scheduler"]))
    failure: Case = {}
    for step in range(case["steps"]):
        apply_edits(case, optimizer, step)
        optimizer.step()
        try:
            scheduler.step(*step_argument(case, step))
        except Exception as error:
            failure = {"error": error_of(error, "step", step), "lr_after_error": to_json(lrs_of(optimizer))}
            break
        trace.record()
    lrs, momentums = trace.fields()
    end = {"get_last_lr": to_json(scheduler.get_last_lr()), "state_dict": to_json(scheduler.state_dict())}
    return after_construct | failure | lrs | momentums | end


def record_parallel(case: Case) -> Case:
    optimizer = make_optimizer(case["optimizer"])
    schedulers = [make_scheduler(description, optimizer) for description in case["schedulers"]]
    trace = Trace(optimizer, any(map(cycles_momentum, case["schedulers"])))
    for step in range(case["steps"]):
        optimizer.step()
        for scheduler in schedulers:
            reads_metric = isinstance(scheduler, lr_scheduler.ReduceLROnPlateau)
            scheduler.step(*step_argument(case, step) if reads_metric else ())
        trace.record()
    lrs, momentums = trace.fields()
    return lrs | momentums | {
        "get_last_lr": [to_json(scheduler.get_last_lr()) for scheduler in schedulers],
        "state_dicts": [to_json(scheduler.state_dict()) for scheduler in schedulers],
    }


def record_swap(case: Case) -> Case:
    first, second = case["first"], case["second"]
    with_momentum = cycles_momentum(first["scheduler"]) or cycles_momentum(second["scheduler"])
    optimizer = make_optimizer(case["optimizer"])
    scheduler = make_scheduler(first["scheduler"], optimizer)
    first_trace = Trace(optimizer, with_momentum)
    take_steps(scheduler, optimizer, first_trace, first, 0, first["steps"])
    groups_after_first = groups_of(optimizer)

    for group, original in zip(optimizer.param_groups, case["optimizer"]["groups"]):
        if case["initial_lr"] != "kept":
            group.pop("initial_lr", None)
        if case["initial_lr"] == "deleted_and_lr_reset":
            group["lr"] = original["lr"]
    scheduler = make_scheduler(second["scheduler"], optimizer)
    after_swap = {
        "groups_after_first": groups_after_first,
        "groups_after_swap": groups_of(optimizer),
        "base_lrs_after_swap": to_json(getattr(scheduler, "base_lrs", None)),
    }
    second_trace = Trace(optimizer, with_momentum)
    take_steps(scheduler, optimizer, second_trace, second, 0, second["steps"])
    first_lrs, first_momentums = first_trace.fields("_first")
    second_lrs, second_momentums = second_trace.fields("_second")
    traces = first_lrs | second_lrs | first_momentums | second_momentums
    return after_swap | traces | {"state_dict": to_json(scheduler.state_dict())}


def record_resume(case: Case) -> Case:
    description, steps, save_after = case["scheduler"], case["steps"], case["save_after"]
    with_momentum = cycles_momentum(description)
    optimizer = make_optimizer(case["optimizer"])
    scheduler = make_scheduler(description, optimizer)
    trace = Trace(optimizer, with_momentum)
    take_steps(scheduler, optimizer, trace, case, 0, save_after)
    saved_scheduler = copy.deepcopy(scheduler.state_dict())
    saved_optimizer = copy.deepcopy(optimizer.state_dict())
    saved = {"saved_state_dict": to_json(saved_scheduler), "saved_groups": groups_of(optimizer)}
    take_steps(scheduler, optimizer, trace, case, save_after, steps)

    fresh = make_optimizer(case["optimizer"])
    order = case["order"]
    if order in ("construct_then_load_both", "scheduler_only"):
        resumed = make_scheduler(description, fresh)
        if order == "construct_then_load_both":
            fresh.load_state_dict(saved_optimizer)
        resumed.load_state_dict(saved_scheduler)
    elif order == "optimizer_first":
        fresh.load_state_dict(saved_optimizer)
        resumed = make_scheduler(description, fresh)
        resumed.load_state_dict(saved_scheduler)
    elif order in ("optimizer_then_last_epoch", "optimizer_then_last_epoch_minus_1"):
        fresh.load_state_dict(saved_optimizer)
        last_epoch = save_after if order == "optimizer_then_last_epoch" else save_after - 1
        resumed = make_scheduler(description, fresh, last_epoch=last_epoch)
    else:
        raise ValueError(f"{case['id']}: unknown order {order}")
    resumed_trace = Trace(fresh, with_momentum)
    take_steps(resumed, fresh, resumed_trace, case, save_after, steps)
    lrs, momentums = trace.fields("_uninterrupted")
    resumed_lrs, resumed_momentums = resumed_trace.fields("_resumed")
    return saved | lrs | resumed_lrs | momentums | resumed_momentums


def record_warning(case: Case) -> Case:
    optimizer = make_optimizer(case["optimizer"])
    scheduler = make_scheduler(case["scheduler"], optimizer)
    calls: dict[str, Callable[[], Any]] = {
        "optimizer.step": lambda: optimizer.step(),
        "override optimizer.step": lambda: setattr(optimizer, "step", lambda: None),
        "scheduler.step": lambda: scheduler.step(),
        "scheduler.get_lr": lambda: scheduler.get_lr(),
    }
    given: list[Case] = []
    for index, call in enumerate(case["calls"]):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if call.startswith("scheduler.step("):
                scheduler.step(json.loads(call.removeprefix("scheduler.step(").removesuffix(")")))
            else:
                calls[call]()
        given += [
            {"call": index, "category": warning.category.__name__, "message": str(warning.message)}
            for warning in caught
        ]
    return {"warnings": given, "lr_after": to_json(lrs_of(optimizer))}


# For each kind: the fields that describe a case, in the order in which they are written, and what records the rest.
KINDS: dict[str, tuple[tuple[str, ...], Callable[[Case], Case]]] = {
    "run": (("scheduler", "steps", "metrics", "epochs", "edits", "group_overrides"), record_run),
    "parallel": (("steps", "schedulers", "metrics"), record_parallel),
    "swap": (("initial_lr", "first", "second"), record_swap),
    "resume": (("scheduler", "steps", "save_after", "order", "metrics"), record_resume),
    "warning": (("scheduler", "calls"), record_warning),
}


def record(case: Case) -> Case:
    """The case with all that PyTorch answers, and nothing of what it held of an earlier recording."""
    described, recorder = KINDS[case["kind"]]
    recorded: Case = {"id": case["id"], "torch_version": torch.__version__, "kind": case["kind"]}
    recorded |= {key: case[key] for key in ("tags", "optimizer", *described) if key in case}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return recorded | recorder(case)


def write_cases(cases: list[Case]) -> str:
    """A list of cases with each field on a line of its own."""
    texts = []
    for case in cases:
        fields = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value, allow_nan=False)}" for key, value in case.items())
        texts.append(f" {{\n{fields}\n }}")
    return "[\n" + ",\n".join(texts) + "\n]\n"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python3 record.py cases.json > recorded.json")
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    sys.stdout.write(write_cases([record(case) for case in cases]))


if __name__ == "__main__":
    main()
