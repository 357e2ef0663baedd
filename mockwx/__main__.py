"""`python -m mockwx`."""

from mockwx.cli import main


if __name__ == "__main__":
    main()
