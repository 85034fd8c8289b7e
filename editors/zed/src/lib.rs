//! Starts `jtc lsp` in Zed: the program that `lsp.jtc.binary` of the settings
//! names, or else the one in `PATH`.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{
    register_extension, serde_json, Command, Extension, LanguageServerId, Result, Worktree,
};

struct Jtc;

impl Extension for Jtc {
    fn new() -> Self {
        Self
    }

    fn language_server_command(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Command> {
        let settings = LspSettings::for_worktree(server.as_ref(), worktree)?;
        let binary = settings.binary;
        let path = binary.as_ref().and_then(|binary| binary.path.clone());
        let command = path.or_else(|| worktree.which("jtc")).ok_or(
            "there is no `jtc` in PATH: install it, or name it in the settings as `lsp.jtc.binary.path`",
        )?;
        let args = binary.and_then(|binary| binary.arguments);
        Ok(Command {
            command,
            args: args.unwrap_or_else(|| vec!["lsp".to_owned()]),
            env: worktree.shell_env(),
        })
    }

    fn language_server_initialization_options(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<serde_json::Value>> {
        Ok(LspSettings::for_worktree(server.as_ref(), worktree)?.initialization_options)
    }
}

register_extension!(Jtc);
