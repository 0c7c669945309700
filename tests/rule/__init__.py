"""What an author of rules touches, module by module: tables of examples."""
