---@brief
---
--- $repository
---
--- Posse shows Bandit's security findings in Python code as you type, with explanations and fixes.
---
--- Install it in an environment of its own:
---
--- ```sh
--- pipx install $distribution
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'posse', 'server' },
  filetypes = { 'python' },
  root_markers = $markers,
}
