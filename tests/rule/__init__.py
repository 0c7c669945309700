"""The API for authors of rules, module by module: tables of examples."""
