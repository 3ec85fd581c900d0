"""Tune a convolutional network on the handwritten digits that come with scikit-learn.

    python examples/pytorch_digits.py                 # 48 trials in two processes
    python examples/pytorch_digits.py                 # once more: the study in digits.db goes on

Only three things here are luthier's: the `suggest_*` calls of `search_space`, the `report` and `should_prune`
of `objective`, and the study of `main`. The rest is a training script as you have one.
"""

import argparse
from collections.abc import Iterator
from functools import partial
from statistics import fmean
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

import luthier

#: What one would take without tuning: Adam as PyTorch has it, a plain network, small batches.
DEFAULTS = {
    "optimizer": "adam",
    "lr": 1e-3,
    "weight_decay": 1e-6,
    "batch_size": 32,
    "width": 32,
    "depth": 2,
    "dropout": 0.0,
}

Split = tuple[torch.Tensor, torch.Tensor]


def load_data() -> dict[str, Split]:
    """The 1,797 images of 8 x 8 pixels: 1,000 to train on, 397 to choose by, 400 to judge the choice."""
    digits = load_digits()
    order = torch.randperm(len(digits.target), generator=torch.Generator().manual_seed(0))
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1)[order] / 16
    labels = torch.tensor(digits.target)[order]
    parts = zip(images.split([1000, 397, 400]), labels.split([1000, 397, 400]), strict=True)
    return dict(zip(("train", "validation", "test"), parts, strict=True))


def build(params: dict[str, Any]) -> nn.Sequential:
    """Convolutions of one width, halving the image after the first two, and one linear layer."""
    layers: list[nn.Module] = []
    channels = 1
    for level in range(params["depth"]):
        layers += [nn.Conv2d(channels, params["width"], kernel_size=3, padding=1), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if level < 2 else []
        channels = params["width"]
    side = 8 >> min(params["depth"], 2)
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Dropout(params["dropout"]), nn.Linear(channels * side * side, 10)
    )


def make_optimizer(params: dict[str, Any], net: nn.Module) -> torch.optim.Optimizer:
    """The optimizer by its name."""
    makers: dict[str, Any] = {
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "sgd": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    }
    make = makers[params["optimizer"]]
    optimizer: torch.optim.Optimizer = make(
        net.parameters(), lr=params["lr"], weight_decay=params["weight_decay"]
    )
    return optimizer


def train(params: dict[str, Any], split: Split, *, epochs: int, seed: int) -> Iterator[nn.Module]:
    """Train a network; yield it after each epoch."""
    torch.set_num_threads(1)  # the workers share the cores: one thread each is fastest
    torch.manual_seed(seed)
    images, labels = split
    net = build(params)
    optimizer = make_optimizer(params, net)
    for _ in range(epochs):
        net.train()
        for batch in torch.randperm(len(labels)).split(params["batch_size"]):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
        yield net


@torch.no_grad()
def accuracy(net: nn.Module, split: Split) -> float:
    """The share of images that the network names right."""
    net.eval()
    images, labels = split
    return float((net(images).argmax(dim=1) == labels).float().mean())


def search_space(trial: luthier.Trial) -> dict[str, Any]:
    """Ask for every hyperparameter; asking is declaring."""
    return {
        "optimizer": trial.suggest_categorical("optimizer", ["adam", "adamw", "sgd"]),
        "lr": trial.suggest_float("lr", 1e-4, 1e-1, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-6, 1e-1, log=True),
        "batch_size": trial.suggest_categorical("batch_size", [16, 32, 64, 128]),
        "width": trial.suggest_int("width", 8, 64, log=True),
        "depth": trial.suggest_int("depth", 1, 3),
        "dropout": trial.suggest_float("dropout", 0.0, 0.6),
    }


def objective(trial: luthier.Trial, epochs: int) -> float:
    """The validation accuracy after the last epoch."""
    params, data = search_space(trial), load_data()
    score = 0.0
    for epoch, net in enumerate(train(params, data["train"], epochs=epochs, seed=trial.number), start=1):
        score = accuracy(net, data["validation"])
        trial.set_user_attr("epochs", epoch)
        trial.report(score, epoch)
        if trial.should_prune():
            raise luthier.TrialPruned
    return score


def final_accuracy(params: dict[str, Any], epochs: int) -> float:
    """The test accuracy after training in full: the mean over three seeds that no trial was chosen by."""
    data = load_data()
    scores = []
    for seed in (1001, 1002, 1003):
        *_, net = train(params, data["train"], epochs=epochs, seed=seed)
        scores.append(accuracy(net, data["test"]))
    return fmean(scores)


def summarise(study: luthier.Study, epochs: int, database: str) -> None:
    """Say what came out, what it cost, and how to look further."""
    best = study.best_trial
    spent = sum(trial.user_attrs.get("epochs", 0) for trial in study.trials)
    in_full = epochs * len(study.trials)
    print(f"\nBest of {len(study.trials)} trials is number {best.number}. To paste:\n\nparams = {{")
    for name, value in best.params.items():
        print(f"    {name!r}: {value!r},")
    print("}\n\nTest accuracy, trained in full, mean of 3 seeds:")
    print(f"    default parameters   {final_accuracy(DEFAULTS, epochs):.2%}")
    print(f"    best parameters      {final_accuracy(dict(best.params), epochs):.2%}")
    print(f"\nEpochs trained: {spent} of {in_full}; early stopping saved {1 - spent / in_full:.0%}.")
    print(f"\nLook further:\n    luthier ls {database}")
    for command in ("show", "best", "export"):
        print(f"    luthier {command} {database} {study.name}")


def main() -> None:
    """Tune, and go on where an earlier run stopped."""
    parser = argparse.ArgumentParser(description="Tune a network on scikit-learn's digits.")
    parser.add_argument("--trials", type=int, default=48, help="trials of this run (48)")
    parser.add_argument("--epochs", type=int, default=20, help="epochs of a full trial, at least 3 (20)")
    parser.add_argument("--workers", type=int, default=2, help="trials at once, each in a process (2)")
    parser.add_argument("--db", default="digits.db", help="the file to keep the study in (digits.db)")
    options = parser.parse_args()

    study = luthier.create_study(
        "digits",
        storage=f"sqlite:///{options.db}",
        direction="maximize",
        scheduler=luthier.schedulers.ASHA(min_resource=2, max_resource=options.epochs),
        load_if_exists=True,
    )
    if not study.trials:
        study.enqueue(DEFAULTS)  # a good start that you know is worth a trial
    trainable = partial(objective, epochs=options.epochs)
    study.optimize(trainable, n_trials=options.trials, workers=options.workers)
    summarise(study, options.epochs, options.db)


if __name__ == "__main__":
    main()
