"""The version of the distribution: a constant, since reading metadata costs 44 ms."""

__version__ = "0.1.0"
