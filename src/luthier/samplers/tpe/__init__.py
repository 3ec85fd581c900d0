"""Tree-structured Parzen estimator: densities of good and of other trials, and where they differ most."""
