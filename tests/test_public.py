"""What is public, and what importing it costs."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import luthier

HEAVY = (
    "torch",
    "sklearn",
    "scipy",
    "pandas",
    "plotly",
    "ray",
    "sqlalchemy",
    "starlette",
    "rich",
    "click",
    "cloudpickle",
)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(luthier.__path__, "luthier.")
    if not module.name.endswith(("__main__", "executors.worker"))
)


def kind_and_name(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions; each by name."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def test_every_public_name_exists() -> None:
    for name in luthier.__all__:
        assert getattr(luthier, name) is not None
    assert set(dir(luthier)) == set(luthier.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = luthier.nope


@pytest.mark.parametrize("name", MODULES)
def test_all_is_sorted_and_true(name: str) -> None:
    module = importlib.import_module(name)
    public = getattr(module, "__all__", [])

    assert list(public) == sorted(public, key=kind_and_name)
    assert all(hasattr(module, member) for member in public)
    assert module.__doc__


@pytest.mark.parametrize(
    "code",
    [
        "import luthier",
        "import luthier; luthier.create_study",
        """import luthier
s = luthier.create_study()
s.optimize(lambda t: t.suggest_float('x', 0, 1), n_trials=5, progress=False)""",
    ],
)
def test_importing_and_searching_in_memory_load_nothing_heavy(code: str) -> None:
    probe = f"{code}\nimport sys\nprint(*sorted(set(sys.modules) & set({HEAVY!r})))"

    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == ""
