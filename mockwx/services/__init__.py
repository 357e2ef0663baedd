"""The verbs of WeChat: one frozen dataclass of dependencies per family."""
