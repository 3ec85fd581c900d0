"""The model-based search: a luthier sampler over regressors of scikit-learn."""
