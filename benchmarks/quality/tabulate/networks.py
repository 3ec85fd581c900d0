"""Train small networks at every entry of a grid, many side by side in one batched product.

    M  networks that differ in rates and penalties alone, trained together    B  rows in a batch
    weights (M, inputs, outputs), inputs (M or 1, B, inputs), losses (M,)

One seed for each group of M; every network of it starts from weights of its own and sees the same batches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import avg_pool2d, conv2d, log_softmax

from benchmarks.quality.problems.networks import Network
from benchmarks.quality.tabulate.data import DATA, Split, fourier

__all__ = ["tabulated"]

Tensor: TypeAlias = torch.Tensor
Curves: TypeAlias = NDArray[np.float32]
Config: TypeAlias = dict[str, Any]

#: Parameters in which the networks of a group may differ.
BATCHED = ("rate", "log10_rate", "weight_decay", "dropout", "momentum", "frequency")

#: Adam's decay rates and guard (Kingma and Ba 2015); RMSprop's second moment uses the last two.
BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8

DEFAULT_MOMENTUM = 0.9

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sine": torch.sin,
}


@dataclass(frozen=True)
class Group:
    """Networks of one architecture, and how they differ."""

    shared: Config
    each: list[Config]

    def column(self, name: str, default: float) -> Tensor:
        """`(M, 1, 1)` one parameter of every network."""
        return torch.tensor([float(config.get(name, default)) for config in self.each]).reshape(-1, 1, 1)

    @property
    def rates(self) -> Tensor:
        """`(M, 1, 1)` the learning rates."""
        if "rate" in self.each[0]:
            return self.column("rate", 0.0)
        return 10.0 ** self.column("log10_rate", 0.0)


def groups(network: Network) -> dict[tuple[Any, ...], list[tuple[int, ...]]]:
    """The entries of a grid by what their networks have in common; each configuration counts once."""
    found: dict[tuple[Any, ...], list[tuple[int, ...]]] = {}
    grid = network.grid
    for index in product(*map(range, grid.shape)):
        config = grid.config(index)
        idle = any(place and axis.name not in config for axis, place in zip(grid.axes, index, strict=True))
        if not idle:
            key = tuple((name, value) for name, value in config.items() if name not in BATCHED)
            found.setdefault(key, []).append(index)
    return found


def tabulated(name: str, network: Network, done: Curves | None, save: Callable[[Curves], None]) -> Curves:
    """`(*shape, epochs)` the curves; `done` holds those of a run that was broken off, NaN where none is."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    split, grid = DATA[name](), network.grid
    values = np.full((*grid.shape, network.epochs), np.nan, dtype=np.float32) if done is None else done
    for key, indices in groups(network).items():
        if not np.isnan(values[indices[0]]).any():
            continue
        each = [grid.config(index) for index in indices]
        curves = trained(
            split, Group(dict(key), each), network.epochs, seed=crc32(repr((name, key)).encode())
        )
        for index, curve in zip(indices, curves, strict=True):
            values[index] = curve
        save(values)
    for index in product(*map(range, grid.shape)):
        if np.isnan(values[index]).any():
            config = grid.config(index)
            first = tuple(k if a.name in config else 0 for a, k in zip(grid.axes, index, strict=True))
            values[index] = values[first]
    return values


def inputs(X: NDArray[np.float64], group: Group) -> Tensor:
    """`(M or 1, n, p)` what the networks see."""
    if "frequency" not in group.each[0]:
        return torch.tensor(X[None], dtype=torch.float32)
    each = {config["frequency"]: fourier(X, config["frequency"]) for config in group.each}
    return torch.tensor(np.stack([each[config["frequency"]] for config in group.each]), dtype=torch.float32)


def trained(split: Split, group: Group, epochs: int, *, seed: int) -> Curves:
    """`(M, epochs)` the loss on the rows held out after each epoch; +inf from where it is no number."""
    generator = torch.Generator().manual_seed(seed)
    X, X_held = inputs(split.X, group), inputs(split.X_held, group)
    target = torch.long if split.classes else torch.float32
    y, y_held = torch.tensor(split.y, dtype=target), torch.tensor(split.y_held, dtype=target)
    weights = initial(split, group, X.shape[-1], generator)
    step = optimiser(group, weights)
    batch = 2 ** group.shared["log2_batch"] if "log2_batch" in group.shared else split.batch
    curves = np.empty((len(group.each), epochs), dtype=np.float32)
    batches = -(-len(y) // batch)
    for epoch in range(epochs):
        for place, rows in enumerate(torch.randperm(len(y), generator=generator).split(batch)):
            part = (epoch + place / batches) / epochs
            decay = 1.0 if part < split.constant else (1.0 - part) / (1.0 - split.constant)
            losses = loss(forward(X[:, rows], weights, group, split, generator), y[rows], split.classes)
            step(torch.autograd.grad(losses.sum(), weights), decay)
        with torch.no_grad():
            held = loss(forward(X_held, weights, group, split, None), y_held, split.classes)
        curves[:, epoch] = (held if split.classes else held.sqrt()).numpy()
    wrong = ~np.isfinite(curves)
    curves[np.logical_or.accumulate(wrong, axis=1)] = np.inf
    return curves


def initial(split: Split, group: Group, features: int, generator: torch.Generator) -> list[Tensor]:
    """Weights and biases, layer by layer, scaled as He et al. (2015)."""
    count, outputs = len(group.each), split.classes or 1
    if split.image:
        channels = group.shared["channels"]
        sizes = [(9, channels), (9 * channels, 2 * channels), (2 * channels * 4, outputs)]
    else:
        width, depth = 2 ** group.shared["log2_width"], group.shared.get("depth", 2)
        ends = [features, *[width] * depth, outputs]
        sizes = list(pairwise(ends))
    made = []
    for fan, out in sizes:
        made.append(torch.randn((count, fan, out), generator=generator) * (2.0 / fan) ** 0.5)
        made.append(torch.zeros((count, 1, out)))
    return [tensor.requires_grad_() for tensor in made]


def forward(
    X: Tensor, weights: list[Tensor], group: Group, split: Split, generator: torch.Generator | None
) -> Tensor:
    """`(M, B, outputs)`; hidden units drop out while training, that is with a generator."""
    act = ACTIVATIONS[group.shared.get("activation", "relu")]
    hidden = X.expand(len(group.each), -1, -1)
    if split.image:
        hidden, weights = convolved(hidden, weights, act), weights[4:]
    drop = group.column("dropout", 0.0)
    for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        hidden = act(torch.baddbmm(b, hidden, W))
        hidden = dropped(hidden, drop, generator)
    if split.image:
        hidden = dropped(hidden, drop, generator)
    return torch.baddbmm(weights[-1], hidden, weights[-2])


def dropped(hidden: Tensor, drop: Tensor, generator: torch.Generator | None) -> Tensor:
    """Hidden units with some set to 0 and the others scaled up."""
    if generator is None or not bool(drop.any()):
        return hidden
    kept = torch.rand(hidden.shape, generator=generator) >= drop
    return hidden * kept / (1.0 - drop)


def convolved(X: Tensor, weights: list[Tensor], act: Callable[[Tensor], Tensor]) -> Tensor:
    """`(M, B, 8 * channels)` two layers of 3 × 3 convolutions on images `X: (M, B, 64)` that are the same for all M.

    After each the mean over squares of 2 × 2. The networks are groups of channels.
    """
    count = len(X)
    hidden = X[0].reshape(-1, 1, 8, 8)
    for parts, (W, b) in zip((1, count), zip(weights[0:4:2], weights[1:4:2], strict=True), strict=True):
        fan, out = W.shape[1:]
        kernels = W.transpose(1, 2).reshape(count * out, fan // 9, 3, 3)
        hidden = avg_pool2d(act(conv2d(hidden, kernels, b.flatten(), padding=1, groups=parts)), 2)
    return hidden.reshape(len(hidden), count, -1).transpose(0, 1)


def loss(output: Tensor, y: Tensor, classes: int) -> Tensor:
    """`(M,)` the mean cross-entropy of classes, else the mean squared error."""
    if not classes:
        return ((output[..., 0] - y) ** 2).mean(dim=1)
    places = y.expand(len(output), -1)[..., None]
    return -log_softmax(output, dim=-1).gather(-1, places)[..., 0].mean(dim=1)


def optimiser(group: Group, weights: list[Tensor]) -> Callable[[tuple[Tensor, ...], float], None]:
    """The function that moves the weights along gradients at a decayed rate; weight decay is decoupled (AdamW)."""
    kind, rates = group.shared["optimizer"], group.rates
    momentum, penalty = group.column("momentum", DEFAULT_MOMENTUM), group.column("weight_decay", 0.0)
    first = [torch.zeros_like(weight) for weight in weights]
    second = [torch.zeros_like(weight) for weight in weights]
    count = 0

    def step(gradients: tuple[Tensor, ...], decay: float) -> None:
        nonlocal count
        count += 1
        with torch.no_grad():
            for weight, gradient, m, v in zip(weights, gradients, first, second, strict=True):
                rate = rates * decay
                if kind == "sgd":
                    m.mul_(momentum).add_(gradient)
                    move = m
                else:
                    v.mul_(BETA2).addcmul_(gradient, gradient, value=1.0 - BETA2)
                    size = (v / (1.0 - BETA2**count)).sqrt_().add_(EPSILON)
                    m.mul_(BETA1).add_(gradient, alpha=1.0 - BETA1)
                    move = (m / (1.0 - BETA1**count) if kind == "adam" else gradient) / size
                weight.mul_(1.0 - rate * penalty).sub_(rate * move)

    return step
