"""Sphinx's settings for the site. Nothing on it comes from elsewhere: no fonts, scripts or search service."""

from __future__ import annotations

from posse_checks import __version__

project = "Posse"
author = "The authors of Posse"
version = release = __version__
project_copyright = f"{author}, Apache License 2.0"

extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline"]
html_extra_path = ["../docs/configuration.schema.json"]
exclude_patterns = [".doctrees"]
highlight_language = "none"
suppress_warnings = ["misc.highlighting_failure"]  # JSON of settings may have comments

html_theme = "furo"
html_title = f"Posse {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_favicon = html_logo = "static/icon.png"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False
pygments_style = "a11y-light"
pygments_dark_style = "a11y-dark"
