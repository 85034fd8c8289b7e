//! The canonical layout: what it is, and what holds for every text.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::{Expect, expect};
use jtc_syntax::{Formatted, TokenKind, apply_edits, format, format_range, lex, parse};
use kdl::KdlDocument;
use proptest::prelude::*;

use crate::common::{FILE, tree};
use crate::properties::{document, jumble, kdl_tree};

/// The tokens that formatting keeps, as text.
fn kept(text: &str) -> Vec<&str> {
    let dropped = [TokenKind::Whitespace, TokenKind::Newline, TokenKind::Semicolon];
    let tokens = lex(text).into_iter().filter(|token| !dropped.contains(&token.kind));
    tokens.map(|token| token.text(text)).collect()
}

fn theirs(text: &str) -> Option<String> {
    let document = KdlDocument::parse_v2(text).ok()?;
    let mut theirs = String::new();
    kdl_tree(document.nodes(), 0, &mut theirs);
    Some(theirs)
}

/// Checks all that is promised, and returns the formatted text.
pub(crate) fn check(text: &str) -> (String, Formatted) {
    let formatted = format(text);
    let canonical = formatted.apply(text);
    let before = parse(FILE, text);
    let after = parse(FILE, &canonical);
    assert_eq!(tree(&before), tree(&after), "{text:?} became {canonical:?}");
    let kinds = |parse: &jtc_syntax::Parse| -> Vec<_> {
        parse.errors.iter().map(|error| error.kind.clone()).collect()
    };
    assert_eq!(kinds(&before), kinds(&after), "{text:?} became {canonical:?}");
    let again = format(&canonical);
    assert_eq!(again.apply(&canonical), canonical, "formatted again, {text:?} changes");
    assert_eq!(again.edits, [], "{text:?}");
    if before.errors.is_empty() {
        assert_eq!(formatted.left_alone, [], "{text:?}");
        assert_eq!(kept(text), kept(&canonical), "{text:?}");
        let blank = canonical.trim_start_matches('\u{feff}').is_empty();
        assert!(blank || canonical.ends_with('\n'), "{canonical:?}");
        if let Some(before) = theirs(text) {
            assert_eq!(Some(before), theirs(&canonical), "{text:?} became {canonical:?}");
        }
        // Some of the edits without the others keep the meaning too, as ranges
        // need it.
        for part in 0..3 {
            let wanted = |index: usize| match part {
                0 => index.is_multiple_of(2),
                1 => !index.is_multiple_of(2),
                _ => index * 2 < formatted.edits.len(),
            };
            let edits = formatted.edits.iter().enumerate().filter(|(index, _)| wanted(*index));
            let edits: Vec<_> = edits.map(|(_, edit)| edit.clone()).collect();
            let some = apply_edits(text, &edits);
            assert_eq!(tree(&before), tree(&parse(FILE, &some)), "{edits:?} in {text:?}");
        }
    }
    let mut end = 0;
    for (range, new) in &formatted.edits {
        assert!(range.start >= end && range.end >= range.start, "{text:?}");
        assert_ne!(text[range.clone()], **new, "{text:?}");
        end = range.end;
        for alone in &formatted.left_alone {
            assert!(range.end <= alone.start || range.start >= alone.end, "{text:?}");
        }
    }
    assert_eq!(format_range(text, 0..text.len()), formatted.edits);
    (canonical, formatted)
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "`expect!` makes values")]
fn becomes(text: &str, expected: Expect) {
    expected.assert_eq(&check(text).0);
}

#[test]
fn indentation_blanks_and_blank_lines() {
    becomes(
        "\n\n  edition   1\n\n\n\ncluster\t\"c\"{\n\n kubernetes  \"1.34\"\n\n\n\tlabels a = \"b\"  c= 1\n\n}\nx\n\n",
        expect![[r#"
            edition 1

            cluster "c" {
                kubernetes "1.34"

                labels a="b" c=1
            }
            x
        "#]],
    );
    becomes("", expect![""]);
    becomes(" \n\n ", expect![""]);
    becomes("a", expect!["a\n"]);
    becomes("(t)a ( t )1 b = ( t ) 2", expect!["(t)a (t)1 b=(t)2\n"]);
}

#[test]
fn blocks_on_one_line_stay_there_if_they_fit() {
    becomes(
        "a{b;c 1}\nd { }\ne {\n}\nf { g { h; } }\ni {j\n}\nk; l\n",
        expect![[r"
            a { b; c 1; }
            d {}
            e {}
            f { g { h; }; }
            i {
                j
            }
            k
            l
        "]],
    );
    let long = format!("a {{ b {{ c {}; }}; d; /* e */ }}", "x".repeat(94));
    becomes(
        &long,
        expect![[r"
            a {
                b { c xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; }
                d /* e */
            }
        "]],
    );
}

/// The last line that fits has `MAX_WIDTH` characters.
#[test]
fn the_width_is_that_of_the_whole_line() {
    let line = |letters: usize| format!("a {{ b é{}; }}\n", "x".repeat(letters));
    let fits = line(jtc_syntax::MAX_WIDTH - line(0).trim_end().chars().count());
    assert_eq!(check(&fits).0, fits);
    let broken = fits.replace("x;", "xx;");
    assert_eq!(check(&broken).0.lines().count(), 3);
}

#[test]
fn comments_stay_on_their_lines() {
    becomes(
        r"  // first
  /* second
       as it was */   a   /* in */   b  // end

       // own line


   c { // of the block
  // before
 d;// end
    // last
  }  // after
e;/* f */ /* g */
h; /* i */ j
// the last
",
        expect![[r"
            // first
            /* second
                   as it was */ a /* in */ b // end

            // own line

            c { // of the block
                // before
                d // end
                // last
            } // after
            e /* f */ /* g */
            h
            /* i */ j
            // the last
        "]],
    );
}

#[test]
fn comments_below_each_other_stay_so() {
    becomes(
        "a {\n  b \"long\"       // 1\n  c\n  d              // 2\n  e   // 3\n\n  f              // 4\n}\n",
        expect![[r#"
            a {
                b "long" // 1
                c
                d        // 2
                e // 3

                f // 4
            }
        "#]],
    );
    becomes(
        "a \"long\"   // 1\nb          // 2\nc { d; }   // 3\ne // 4\n",
        expect![[r#"
            a "long" // 1
            b        // 2
            c { d; } // 3
            e // 4
        "#]],
    );
}

#[test]
fn strings_and_numbers_are_untouched() {
    let text = "a 0x_F  #\"r \" r\"#  \"\"\"\n    x\n      y  \n    \"\"\"  1_000   +1.50e+3 \"\\u{e9}\\\n   z\"\n";
    becomes(
        &text.replace("0x_F", "0xF_"),
        expect![[r##"
            a 0xF_ #"r " r"# """
                x
                  y  
                """ 1_000 +1.50e+3 "\u{e9}\
               z"
        "##]],
    );
}

#[test]
fn what_is_commented_out_and_lines_that_go_on() {
    becomes(
        "/-   a {\n b\n}\nc /-d /-  e=1 /-{ f } {\n g\n}  /- { h; }\n/-\n i\nj \\\n \"k\"   \\  // l\n \"m\" {\nn\n}\n",
        expect![[r#"
            /- a {
                b
            }
            c /-d /- e=1 /-{ f; } {
                g
            } /- { h; }
            /- i
            j \
                "k" \ // l
                "m" {
                n
            }
        "#]],
    );
    becomes(
        "/- // why\n  a { /- b }\nc \\\n\nd \\\n; e\n \\\n f\ng \\",
        expect![[r"
            /- // why
                a { /- b }
            c \

            d \

            e
            \
            f
            g \
        "]],
    );
}

#[test]
fn line_breaks_and_byte_order_mark_are_kept() {
    assert_eq!(check("\u{feff}\r\n a\r\n b\nc").0, "\u{feff}a\r\nb\r\nc\r\n");
    assert_eq!(check("a\n b\r\nc\r\n").0, "a\nb\nc\n");
    assert_eq!(check("a\rb\u{2028}c").0, "a\nb\nc\n");
    assert_eq!(check("\u{feff}").0, "\u{feff}");
}

#[test]
fn what_is_broken_is_left_alone() {
    let text = "a   1\n\n\nb   \"x\n  c   {\n\n\nd { e   true\n   f }\n\n\ng   2\n";
    let (canonical, formatted) = check(text);
    expect![[r#"
        a 1


        b   "x
          c   {


        d { e   true
           f }

        g 2
    "#]]
    .assert_eq(&canonical);
    let alone: Vec<&str> = formatted.left_alone.iter().map(|range| &text[range.clone()]).collect();
    assert_eq!(alone, ["\n\nb   \"x\n  c   {\n\n\nd { e   true\n   f }\n"]);
    // On one line with what is broken.
    let (canonical, _) = check("a   1; b   true; c   2\nd   3\n");
    assert_eq!(canonical, "a   1; b   true; c   2\nd 3\n");
}

/// Only indentation says whose `{` is missing, or what belongs to a line.
#[test]
fn what_belongs_to_a_broken_part_is_left_alone() {
    for broken in [
        // What follows a `}` is one with it.
        "b \"x\"\n    c   \"y\"\n    d   { e; }\n}\nf   1\n",
        "  b\n    c   1\n  }\nf   1\n",
        "b:\n  c   \"y\"\n  d   { e; }\n",
        "b x: 1\n  c   1\n\n  // d\n    d   1\n",
    ] {
        let (canonical, formatted) = check(&format!("a   1\n{broken}g   1\n"));
        assert_eq!(canonical, format!("a 1\n{broken}g 1\n"), "{formatted:?}");
    }
}

#[test]
fn ranges_are_those_of_lines() {
    let text = "a {\n  b   1\n  c   2\n  d   3\n}\n";
    let at = text.find('c').unwrap();
    assert_eq!(
        apply_edits(text, &format_range(text, at..at)),
        "a {\n  b   1\n    c 2\n  d   3\n}\n"
    );
    assert_eq!(
        apply_edits(text, &format_range(text, 0..at)),
        "a {\n    b 1\n    c 2\n  d   3\n}\n"
    );
    assert_eq!(format_range(text, 999..1_000), []);
}

#[test]
fn deep_and_long_texts_are_formatted() {
    let deep = format!("{}{}", "a { ".repeat(64), "}".repeat(64));
    check(&deep);
    let deeper = format!("{}{}", "a {\n ".repeat(100_000), "}".repeat(100_000));
    assert_eq!(check(&deeper).1.left_alone.len(), 1);
    let wide = format!("a {{ {} }}\n{}", "b; ".repeat(50_000), "c  // d\n".repeat(50_000));
    assert_eq!(format(&wide).apply(&wide).lines().count(), 100_002);
    let comments = format!("a; {}", "/* b */ ".repeat(100_000));
    assert_eq!(format(&comments).apply(&comments).len(), comments.len() - 1);
}

/// The files of the repository with this extension.
fn files(extension: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && name != "target" && name != "out" {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_topology_of_the_repository_means_the_same() {
    let (mut examples, mut others) = (0, 0);
    for path in files("kdl") {
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else { continue };
        let (canonical, _) = check(&text);
        if path.components().any(|part| part.as_os_str() == "examples") {
            assert_eq!(canonical, text, "run: jtc fmt {}", path.display());
            examples += 1;
        } else {
            others += 1;
        }
    }
    assert!(examples >= 8 && others >= 40, "{examples} examples, {others} others");
}

#[test]
fn every_topology_of_the_pages_means_the_same() {
    let mut blocks = 0;
    for path in files("md") {
        let text = fs::read_to_string(&path).unwrap();
        for block in text.split("\n```kdl").skip(1) {
            let block = block.split_once('\n').unwrap().1;
            check(block.split("\n```").next().unwrap());
            blocks += 1;
        }
    }
    assert!(blocks > 250, "{blocks} blocks");
}

/// The folder of the KDL project's own cases, which come with the sources of
/// the kdl crate.
fn suite() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let kdl = packages.find(|package| package["name"] == "kdl").unwrap();
    let manifest = Path::new(kdl["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().join("tests/test_cases/input")
}

/// They are not copied here, since they are under another licence.
#[test]
fn the_kdl_projects_own_cases_mean_the_same() {
    let (mut accepted, mut formatted, mut changed) = (0, 0, 0);
    for entry in fs::read_dir(suite()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else { continue };
        let (canonical, what) = check(&text);
        if theirs(&text).is_some() {
            assert_eq!(theirs(&text), theirs(&canonical), "{}", path.display());
            assert_eq!(kept(&text), kept(&canonical), "{}", path.display());
            accepted += 1;
            formatted += usize::from(what.left_alone.is_empty());
            changed += usize::from(canonical != text);
        }
    }
    // The rest is what only looks like a topology, as `a: b`.
    assert!(accepted >= 235 && formatted >= 231, "{accepted} {formatted} {changed}");
    assert!(changed >= 99, "{accepted} {formatted} {changed}");
}

#[test]
fn slips_are_formatted_around() {
    let (mut texts, mut whole) = (0, 0);
    for text in crate::slips::SLIPS {
        // A slip with sound neighbours.
        let text = format!("before   1\n\n\n{text}\nafter   1\n");
        let (_, formatted) = check(&text);
        texts += 1;
        whole += usize::from(formatted.left_alone.first() == Some(&(0..text.len())));
    }
    assert!(texts > 100 && whole * 20 < texts, "{whole} of {texts} are left alone as a whole");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_formatted(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn jumbled_text_is_formatted(text in jumble()) {
        check(&text);
    }

    #[test]
    fn sound_text_is_formatted(text in document()) {
        check(&text);
    }

    #[test]
    fn broken_text_is_formatted_around(parts in prop::collection::vec(prop_oneof![document(), jumble()], 0..6)) {
        check(&parts.join("\n"));
    }
}
