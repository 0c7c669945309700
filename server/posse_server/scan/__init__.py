"""`posse scan`, step by step: arguments, settings, processes, reports.

Nothing here imports `lsp`.
"""
