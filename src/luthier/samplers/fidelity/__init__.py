"""Search over trials of which many were stopped early: what a short trial says, and what it does not."""
