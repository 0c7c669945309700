"""The entry for nvim-lspconfig, in the Neovim of the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

from tests.editors.neovim import NEOVIM

ENTRY = Path(__file__).parents[2] / "packaging" / "entries" / "nvim-lspconfig"
SCRIPT = """
vim.opt.runtimepath:prepend(vim.env.ENTRY)
vim.lsp.enable('posse')
vim.cmd.edit('app.py')
local codes = function()
  return vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0))
end
vim.wait(30000, function() return #codes() > 0 end)
local client = vim.lsp.get_clients({ name = 'posse' })[1]
io.write(vim.json.encode({ codes = codes(), root = client and client.root_dir or '' }))
vim.cmd.quitall({ bang = true })
"""


def test_it_starts_the_server_at_the_root_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B404]\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "app.py").write_text("import subprocess\nimport yaml\nyaml.load(stream)\n")
    script = tmp_path / "script.lua"
    script.write_text(SCRIPT)
    home = {"HOME": str(tmp_path / "home"), "XDG_STATE_HOME": str(tmp_path / "state"), "ENTRY": str(ENTRY)}
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(
        [str(NEOVIM), "--clean", "--headless", "-l", str(script)],
        cwd=tmp_path / "package",
        env={**os.environ, **home, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    answer = json.loads(done.stdout)
    assert answer == {"codes": ["B506"], "root": str(tmp_path)}, done.stderr
