"""Speed beside other libraries: the same work, side by side, each measurement in a process of its own.

    python -m benchmarks [--quick] [--only NAME] [--json FILE] [--markdown]

`works/` has one file for each kind of work, `libraries/` one for each library; `runner` runs them in turn and
`report` prints the table. What a row means is said in docs/benchmarks.md.
"""
