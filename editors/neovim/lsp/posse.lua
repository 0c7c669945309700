-- Posse for Neovim 0.11 or newer. In ~/.config/nvim/lsp/ it is found by vim.lsp.enable('posse').
local configurations = { 'bandit.yaml', 'bandit.yml', '.bandit.yaml', '.bandit.yml', 'pyproject.toml', '.bandit' }

return {
  cmd = { 'posse', 'server' },
  filetypes = { 'python', 'yaml', 'toml' },
  root_dir = function(buffer, attach)
    local path = vim.api.nvim_buf_get_name(buffer)
    local name = vim.fs.basename(path)
    -- Of YAML and TOML files, only the configuration and the checks of the project are for Posse.
    local is_check = path:find('/%.posse/checks/[^/]+%.ya?ml$') ~= nil
    if vim.bo[buffer].filetype == 'python' or vim.tbl_contains(configurations, name) or is_check then
      attach(vim.fs.root(buffer, '.git') or vim.fs.root(buffer, configurations))
    end
  end,
}
