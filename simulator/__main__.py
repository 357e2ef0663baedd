"""The command `wxsim`, and `python -m simulator`."""

import sys


def main() -> None:
    """Run it; Control-C ends it without a traceback even while it is imported."""
    try:
        from simulator.cli import main as run

        run(prog_name="wxsim")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
