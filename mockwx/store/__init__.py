"""Where a world keeps what it knows."""
