"""The whole catalogue."""

from __future__ import annotations

from posse_checks.flow.catalogue import libraries, standard, web
from posse_checks.flow.catalogue.table import Catalogue

CATALOGUE = Catalogue.of((*standard.ROWS, *web.ROWS, *libraries.ROWS))
