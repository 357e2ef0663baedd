"""A simulated phone that logs in against a backend under test."""
