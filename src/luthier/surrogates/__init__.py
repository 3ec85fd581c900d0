"""Models of objectives and of good configurations, fitted to arrays."""
