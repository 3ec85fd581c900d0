"""Scripts that make the tables of `benchmarks/quality/tables` from nothing."""
