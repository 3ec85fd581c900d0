"""The problems for development, one file for each kind: look at them, tune on them."""
