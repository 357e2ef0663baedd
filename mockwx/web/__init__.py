"""The edge: the only folder that knows Flask."""
