"""Tree-structured Parzen estimator: two densities, of good and of other trials, and the points where they differ most."""
