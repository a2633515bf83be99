"""`python -m caveat`."""

import sys

from caveat.cli import main

sys.exit(main())
