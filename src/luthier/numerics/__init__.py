"""Mathematics on arrays that knows nothing of studies."""
