"""The command `mockwx`, and `python -m mockwx`."""

import sys


def main() -> None:
    """Run it; Control-C ends it without a traceback even while it is imported."""
    try:
        from mockwx.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
