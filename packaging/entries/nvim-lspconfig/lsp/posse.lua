---@brief
---
--- https://github.com/OWNER/posse
---
--- Posse shows Bandit's security findings in Python code as you type, with explanations and fixes.
---
--- Install it in an environment of its own:
---
--- ```sh
--- pipx install posse-lsp
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'posse', 'server' },
  filetypes = { 'python' },
  root_markers = { 'bandit.yaml', 'bandit.yml', '.bandit.yaml', '.bandit.yml', 'pyproject.toml', '.bandit', '.git' },
}
