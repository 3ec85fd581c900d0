"""What the networks are trained on: data that scikit-learn brings along or draws, split once, standardised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from luthier.base.arrays import Array

__all__ = ["DATA", "Split", "fourier"]

#: Pixels of the photograph that are trained on, and held out.
PHOTO_SPLIT = (1200, 800)

#: Random features of each pixel: as many sines as cosines.
WAVES = 16


@dataclass(frozen=True, slots=True)
class Split:
    """Inputs `(n, p)` and targets `(n,)`, to train on and held out; `classes` is 0 for a regression."""

    X: Array
    y: Array
    X_held: Array
    y_held: Array
    classes: int
    #: The share of the epochs after which the rate falls linearly to 0; 1 keeps it.
    constant: float = 1.0
    batch: int = 32
    #: Whether every input is a grey image of 8 × 8.
    image: bool = False


def split(
    X: Array, y: Array, n: int, *, seed: int, classes: int = 0
) -> tuple[Array, Array, Array, Array, int]:
    """`n` rows to train on and the rest held out; inputs, and the targets of a regression, have mean 0 and spread 1."""
    order = np.random.default_rng(seed).permutation(len(X))
    train, held = order[:n], order[n:]
    spread = X[train].std(axis=0)
    X = (X - X[train].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    if not classes:
        y = (y - y[train].mean()) / y[train].std()
    return X[train], y[train], X[held], y[held], classes


def friedman() -> Split:
    """A formula of five inputs, among ten, under noise."""
    from sklearn.datasets import make_friedman1

    X, y = make_friedman1(1000, noise=1.0, random_state=11)
    return Split(*split(X, y, 600, seed=12))


def classes() -> Split:
    """Three classes in clusters of a drawn geometry, with one label in twenty wrong."""
    from sklearn.datasets import make_classification

    X, y = make_classification(
        1200, 20, n_informative=6, n_redundant=4, n_classes=3, flip_y=0.05, class_sep=1.2, random_state=21
    )
    return Split(*split(X, y, 600, seed=22, classes=3), constant=0.0)


def cancer() -> Split:
    """The breast-cancer data of Wisconsin."""
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    return Split(*split(X, y, 380, seed=31, classes=2))


def photo() -> Split:
    """The grey value of a photograph at a place `(row, column)` in [0, 1]²."""
    from sklearn.datasets import load_sample_image

    grey = load_sample_image("flower.jpg").mean(axis=2)[::4, ::4]
    n, held = PHOTO_SPLIT
    places = np.random.default_rng(41).choice(grey.size, n + held, replace=False)
    rows, columns = np.unravel_index(places, grey.shape)
    X = np.stack([rows / grey.shape[0], columns / grey.shape[1]], axis=1)
    y = grey[rows, columns]
    y = (y - y[:n].mean()) / y[:n].std()
    return Split(X[:n], y[:n], X[n:], y[n:], 0, constant=0.5, batch=50)


def fourier(X: Array, frequency: float) -> Array:
    """Sines and cosines of `X: (n, p)` along random directions, `frequency` waves long on average (Tancik 2020)."""
    directions = np.random.default_rng(42).standard_normal((X.shape[1], WAVES))
    phase = 2 * np.pi * frequency * X @ directions
    return np.concatenate([np.sin(phase), np.cos(phase)], axis=1)


def digits() -> Split:
    """The handwritten digits."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return Split(*split(X, y, 800, seed=51, classes=10))


def convolution() -> Split:
    """The handwritten digits as images, with another split and few to train on."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(61).permutation(len(X))
    train, held = order[:400], order[400:1200]
    X = X / 8.0 - 1.0
    return Split(X[train], y[train], X[held], y[held], 10, constant=0.5, image=True)


#: The data of each network.
DATA: Mapping[str, Callable[[], Split]] = {
    "net-cancer": cancer,
    "net-classes": classes,
    "net-convolution": convolution,
    "net-digits": digits,
    "net-friedman": friedman,
    "net-photo": photo,
}
