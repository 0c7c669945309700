"""Starts the bundled server, which finds nothing to import but itself and the standard library."""

import sys
from pathlib import Path

if __name__ == "__main__":  # not in the processes of a scan, which load this file again
    sys.path.insert(0, str(Path(__file__).with_name("bundled")))

    from posse_server.cli import main

    sys.exit(main())
