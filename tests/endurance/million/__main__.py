"""A million logins by Locust, each judged: a backend, the mock, and Redis behind it.

    python -m tests.endurance.million [--logins 1000000]

Starts a Redis server, `mockwx serve` with two workers on it, a backend that checks
signatures and opens what is sealed, and Locust as a master with two workers. Ends by
itself; prints one line of result. Exits with 1 if any answer was wrong.
"""

import argparse
import sys

import click

from tests.endurance.million.course import MILLION
from tests.endurance.million.course import Course
from tests.endurance.million.course import run


def main() -> None:
    """Run, tell how far it is, and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logins", type=int, default=MILLION)
    parser.add_argument("--people", type=int, default=MILLION // 10)
    parser.add_argument("--users", type=int, default=32)
    chosen = parser.parse_args()
    course = Course(chosen.logins, chosen.people, chosen.users)
    result = run(course, tell=lambda text: click.echo(text, err=True))
    click.echo(result.line())
    sys.exit(0 if result.right else 1)


if __name__ == "__main__":
    main()
