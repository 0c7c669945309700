-- Posse for Neovim 0.11 or newer. In ~/.config/nvim/lsp/ it is found by vim.lsp.enable('posse').
local configurations = { 'bandit.yaml', 'bandit.yml', '.bandit.yaml', '.bandit.yml', 'pyproject.toml', '.bandit' }

return {
  cmd = { 'posse', 'server' },
  filetypes = { 'python', 'yaml', 'toml' },
  root_dir = function(buffer, attach)
    local name = vim.fs.basename(vim.api.nvim_buf_get_name(buffer))
    -- Of YAML and TOML files, only the configuration is for Posse.
    if vim.bo[buffer].filetype == 'python' or vim.tbl_contains(configurations, name) then
      attach(vim.fs.root(buffer, '.git') or vim.fs.root(buffer, configurations))
    end
  end,
}
