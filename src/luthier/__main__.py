"""`python -m luthier` is the `luthier` command, where that is not on the path."""

from luthier.cli.main import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
