//! One example as the README applies it: with kubectl, wave by wave.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::Example;
use super::apply;
use super::example::{Empty, Part};
use super::ready;
use super::stream::Document;
use crate::cluster::discovery::Discovery;
use crate::{process, tools};

/// Writes the example into wave folders and applies each; true when the
/// cluster is empty again afterwards.
pub(crate) fn run(part: &mut Part<'_>, empty: &Empty, example: &Example) -> Result<bool> {
    let documents = &example.documents;
    let mut setup = part.set_up(empty, documents)?;
    let title = part.title(&example.name, "kubectl applies the wave folders");
    let output = empty.cluster.folder.join("wave-folders");
    let compiler = part.compiler.to_owned();
    part.report.check(&title, || {
        process::output(
            Command::new(&compiler).arg("compile").arg(&example.path).arg("-o").arg(&output),
        )?;
        let folders = wave_folders(&output)?;
        for folder in &folders {
            apply_folder(&empty.cluster.kubeconfig(), folder)?;
        }
        setup.discovery = Discovery::read(&empty.cluster.client)?;
        for document in documents.iter().filter(|document| document.kind() == "Namespace") {
            setup.outside.create_secrets(&empty.cluster, document.name())?;
        }
        let all: Vec<&Document> = documents.iter().collect();
        ready::wait(&empty.cluster, &setup.discovery, &all)?;
        Ok(((), format!("{} folders", folders.len())))
    });
    let title = part.title(&example.name, "the folders hold what the stream holds");
    part.report.check(&title, || {
        apply::apply_again(&empty.cluster, &setup.discovery, documents)?;
        Ok(((), String::new()))
    });
    Ok(part.remove(empty, &example.name, documents, setup))
}

/// The folders `wave-NN` in order.
fn wave_folders(output: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(output)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("wave-") {
            folders.push(entry.path());
        }
    }
    if folders.is_empty() {
        bail!("`jtc compile -o` wrote no folder `wave-NN`");
    }
    folders.sort();
    Ok(folders)
}

fn apply_folder(kubeconfig: &Path, folder: &Path) -> Result<()> {
    let output = process::output(
        Command::new(tools::program("programs", "bin/kubectl")?)
            .args(["apply", "--server-side", "--field-manager=jtc", "--force-conflicts", "-f"])
            .arg(folder)
            .env("KUBECONFIG", kubeconfig),
    )?;
    if output.stderr.is_empty() {
        Ok(())
    } else {
        bail!("kubectl warns: {}", String::from_utf8_lossy(&output.stderr))
    }
}
