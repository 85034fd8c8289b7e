//! The figures for people.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use super::{Figures, Size, stages};
use crate::paths;

const START: &str = "<!-- figures: written by `cargo xtask bench --write` -->\n";
const END: &str = "<!-- end of figures -->\n";

/// What is asked for at 1,000 namespaces: Helm's time for an object, as a
/// multiple of the compiler's.
const FASTER: f64 = 10.0;

/// How much longer ten times as many namespaces may take.
const GROWTH: f64 = 11.0;
/// Most that ten times the namespaces may cost the proof.
const PROOF_GROWTH: f64 = 11.0;

fn float(number: usize) -> f64 {
    // Counts of objects and lines are far below what a float holds exactly.
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

fn mebibytes(bytes: f64) -> f64 {
    bytes / f64::from(1_u32 << 20)
}

/// Microseconds for each object.
fn each(figures: &Figures) -> f64 {
    figures.taken.wall * 1e6 / float(figures.objects)
}

fn processor_each(figures: &Figures) -> f64 {
    figures.taken.processor * 1e6 / float(figures.objects)
}

/// Helm's share over the compiler's: time, processor time, memory.
fn ratios(size: &Size) -> Option<[f64; 3]> {
    let helm = size.helm.as_ref()?;
    Some([
        each(helm) / each(&size.jtc),
        processor_each(helm) / processor_each(&size.jtc),
        helm.taken.memory / size.jtc.taken.memory,
    ])
}

/// How much longer ten times a size takes, where both were measured: time and
/// processor time.
fn growth(sizes: &[Size]) -> impl Iterator<Item = (&Size, &Size, [f64; 2])> {
    sizes.iter().filter_map(|small| {
        let large =
            sizes.iter().find(|large| large.namespaces == small.namespaces.saturating_mul(10))?;
        let (before, after) = (&small.jtc.taken, &large.jtc.taken);
        Some((small, large, [after.wall / before.wall, after.processor / before.processor]))
    })
}

/// How long stages of certain names take together.
fn together(size: &Size, is: impl Fn(&str) -> bool) -> f64 {
    size.stages.iter().filter(|stage| is(&stage.name)).map(|stage| stage.wall).sum()
}

/// How long the proof takes.
fn proof(size: &Size) -> f64 {
    together(size, |name| name.starts_with(stages::PROOF))
}

/// The proof's time over that of turning made objects into text in order.
fn proof_over_text(size: &Size) -> f64 {
    proof(size) / together(size, |name| stages::TEXT.contains(&name))
}

/// The proof's time over that of writing the manifests: made objects become a
/// file of text in order.
fn proof_over_writing(size: &Size) -> f64 {
    proof(size) / together(size, |name| stages::TEXT.contains(&name) || name == stages::FILE)
}

/// Whether the measured sizes keep what is asked of them.
pub(super) fn reached(sizes: &[Size]) -> bool {
    let beside = sizes
        .iter()
        .filter(|size| size.namespaces >= 1000)
        .filter_map(ratios)
        .all(|[time, _, memory]| time >= FASTER && memory >= 1.0);
    let proved = sizes
        .iter()
        .filter(|size| size.namespaces == 1000)
        .all(|size| proof_over_writing(size) <= 1.0);
    beside
        && proved
        && growth(sizes).filter(|(small, ..)| small.namespaces >= 1000).all(
            |(small, large, [time, _])| {
                time <= GROWTH && proof(large) / proof(small) <= PROOF_GROWTH
            },
        )
}

/// Everything as Markdown, ratios first.
pub(super) fn text(sizes: &[Size], runs: u16) -> String {
    let mut out = String::new();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "{cores} cores, {runs} runs of each, medians of whole processes.\n");
    for size in sizes {
        if let Some([time, processor, memory]) = ratios(size) {
            let _ = writeln!(
                out,
                "- {} namespaces: Helm takes **{time:.1} times** as long for an object ({processor:.1} times the \
                 processor time), and **{memory:.1} times** the memory.",
                thousands(size.namespaces)
            );
        }
    }
    for (small, large, [time, processor]) in growth(sizes) {
        let _ = writeln!(
            out,
            "- {} namespaces take **{time:.1} times** as long as {} ({processor:.1} times the processor time).",
            thousands(large.namespaces),
            thousands(small.namespaces)
        );
    }
    for size in sizes {
        let _ = writeln!(
            out,
            "- {} namespaces: the proof takes **{:.2} times** as long as writing their manifests ({:.2} times without \
             the file itself), and **{:.2} times** as long as all other stages.",
            thousands(size.namespaces),
            proof_over_writing(size),
            proof_over_text(size),
            proof(size) / together(size, |name| !name.starts_with(stages::PROOF))
        );
    }
    for (small, large, _) in growth(sizes) {
        let _ = writeln!(
            out,
            "- The proof of {} namespaces takes **{:.1} times** as long as that of {}.",
            thousands(large.namespaces),
            proof(large) / proof(small),
            thousands(small.namespaces)
        );
    }
    out.push_str(
        "\n| namespaces | lines | program | objects | time | for an object | processor time | peak memory | output |\n\
         |---:|---:|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for size in sizes {
        for (name, figures) in [("jtc", Some(&size.jtc)), ("helm", size.helm.as_ref())] {
            let Some(figures) = figures else { continue };
            let _ = writeln!(
                out,
                "| {} | {} | {name} | {} | {:.3} s | {:.1} µs | {:.3} s | {:.0} MiB | {:.1} MiB |",
                thousands(size.namespaces),
                thousands(size.lines),
                thousands(figures.objects),
                figures.taken.wall,
                each(figures),
                figures.taken.processor,
                mebibytes(figures.taken.memory),
                mebibytes(figures.taken.bytes),
            );
        }
    }
    for size in sizes {
        stages(size, &mut out);
    }
    out
}

fn stages(size: &Size, out: &mut String) {
    let total: f64 = size.stages.iter().map(|stage| stage.wall).sum();
    let _ = writeln!(
        out,
        "\n| stage, {} namespaces | time | share | memory held after it |\n|---|---:|---:|---:|",
        thousands(size.namespaces)
    );
    for stage in &size.stages {
        let _ = writeln!(
            out,
            "| {} | {:.3} s | {:.0} % | {:.0} MiB |",
            stage.name,
            stage.wall,
            100.0 * stage.wall / total,
            mebibytes(stage.memory)
        );
    }
}

/// A number as in `10,000`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Replaces the figures in the documentation.
pub(super) fn write(text: &str) -> Result<()> {
    let path = paths::workspace().join("docs").join("performance.md");
    let page = std::fs::read_to_string(&path)?;
    let marks = || format!("{} has no marks for the figures", path.display());
    let (before, rest) = page.split_once(START).with_context(marks)?;
    let (_, after) = rest.split_once(END).with_context(marks)?;
    std::fs::write(&path, format!("{before}{START}\n{text}\n{END}{after}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(123_456), "123,456");
        assert_eq!(thousands(10_000_000), "10,000,000");
    }
}
