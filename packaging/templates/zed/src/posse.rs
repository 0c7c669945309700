//! Starts the `posse` on the user's PATH. Zed gives extensions no way to install Python packages.

use zed_extension_api as zed;

struct Posse;

impl zed::Extension for Posse {
    fn new() -> Self {
        Posse
    }

    fn language_server_command(
        &mut self,
        _id: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<zed::Command> {
        let command = worktree
            .which("posse")
            .ok_or("posse is not on PATH: run `pipx install $distribution`, then restart Zed")?;
        Ok(zed::Command {
            command,
            args: vec!["server".into()],
            env: worktree.shell_env(),
        })
    }
}

zed::register_extension!(Posse);
