"""Options that several commands have: where the parties are, what is written."""

from __future__ import annotations

import click

from simulator.cli.report_file import ReportFile


backend = click.option(
    "--backend",
    required=True,
    metavar="FILE",
    help="How to talk to the backend: a *.backend.yaml.",
)
backend_url = click.option(
    "--backend-url",
    metavar="URL",
    help="Where the backend runs now, instead of the file's base_url.",
)
mock = click.option(
    "--mock",
    metavar="URL",
    help="A running mock. Default: one of our own on a free port.",
)
token = click.option(
    "--token",
    help="The token of a mock that listens beyond this machine.",
)
junit = click.option(
    "--junit",
    type=ReportFile(),
    help="Write JUnit XML there.",
)
html = click.option(
    "--html",
    type=ReportFile(),
    help="Write a page for people there: one file, both languages.",
)
