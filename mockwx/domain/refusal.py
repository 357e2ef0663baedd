"""What mockwx itself says no with: one sentence in English, and one in Chinese."""


class RefusalError(Exception):
    """Something cannot be done; each sentence says why, and what to do."""

    exit_status: int = 2
    """With what a command ends that is told so; 2 is wrong use, as in Click."""

    def __init__(self, message: str, message_zh: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_zh = message_zh
