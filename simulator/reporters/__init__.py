"""Readers of the runner's events: for people, for CI, for tools."""
