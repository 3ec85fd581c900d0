"""What ships for testing luthier and what plugs into it: conformance suites, strategies, problems."""
