"""`python -m deg_core` is `deg`."""

from __future__ import annotations

from deg_core.cli.main import main

if __name__ == "__main__":  # processes that read data import this module too
    main()
