"""Builds the site: the project's pages and one for each rule, by Sphinx, without the network."""
