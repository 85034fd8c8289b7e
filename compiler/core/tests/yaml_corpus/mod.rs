//! Strings that are easily written so that some reader takes them for others.

/// Words that some reader takes for a boolean, a null, a float or a merge.
#[rustfmt::skip]
pub(crate) const WORDS: &[&str] = &[
    "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off",
    "OFF", "true", "True", "TRUE", "tRuE", "false", "False", "FALSE", "null", "Null", "NULL", "~",
    ".inf", "-.inf", "+.inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", "inf", "-inf", "nan",
    "Infinity", "-Infinity", "<<", "=", "",
];

/// Numbers, dates and times of YAML 1.1, YAML 1.2, Go, Python and Ruby.
#[rustfmt::skip]
pub(crate) const NUMBERS: &[&str] = &[
    "0", "1", "-1", "+1", "007", "08", "0o7", "0O7", "0x1F", "0XfF", "-0x10", "0b101", "-0b1",
    "1_000", "0x_1", "0b1_0", "1,000", "1.0", "1.", ".5", "-.5", "+.5", "1e3", "1E3", "1e+3",
    "1.5e-3", "1.e3", "12e03", "6.02E+23", "0.0.0.0", "127.0.0.1", "1.10", "3.2.2", "1__0",
    "1_0.5_0", "0x1p-2", "12:30", "12:30:45", "190:20:30", "-1:30", "1:30.5", "2001-12-14",
    "2001-1-1", "2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43.10 -5",
    "7e12345", "1d", "1f", "1L", "1j", "00000000000000000000", "18446744073709551616",
    "99999999999999999999999999", "0123456789abcdef", "1 000", "- 1", "+",
];

/// Strings that have a meaning in YAML's syntax, or lose something if they are
/// written without care.
#[rustfmt::skip]
pub(crate) const SYNTAX: &[&str] = &[
    "-", "--", "---", "--- a", "---a", "...", "- a", "-\ta", "? a", "?", ": a", ":", "a:", "a: b",
    "a:b", "a :b", "a:\tb", "::1", "http://x/", "# a", "#a", "a #b", "a# b", "a\t#b", "&a", "&a b",
    "*a", "*", "!a", "!!str a", "!", "|", "|-", ">", ">-", "| a", "%a", "%YAML 1.2", "@a", "`a",
    "'", "''", "'a'", "it's", "\"", "\"a\"", "a\"b", "\\", "a\\b", "\\n", "C:\\x", "[", "]", "[]",
    "[a]", "{", "}", "{}", "{a: b}", "a, b", ",", "a]b", "a{b", "${A}", "{{ .Values.a }}",
    "<a>", "a<<b", "a=b", "==", "_", "__", "_1", "_a", "-a", "--a", "---", "-1a", "-_", "--y",
    "-y", "_n", "e5", "x1", "/", "//", "./a", "../a", "$", "$(A)", ";", "^a$", "a\u{0}b",
];

/// Blanks, line ends and text of several lines.
#[rustfmt::skip]
pub(crate) const LINES: &[&str] = &[
    " ", "  ", " a", "a ", " a ", "a  b", "\t", "\ta", "a\t", "a\tb", "\n", "\n\n", "a\n", "a\n\n",
    "\na", "\n\na\n", "a\nb", "a\nb\n", "a\nb\n\n", "a\n\nb\n", "a\n\n\nb", "a\n b\n", "a\n  b\nc\n",
    " a\nb\n", "  a\n b\n", "\ta\nb\n", "a\n\tb\n", "a\n \tb\n", "a \nb\n", "a\nb \n", "a\nb\t\n",
    "a\n \nb\n", "a\n\t\nb\n", "a\n ", "a\n  \n", " \na\n", "\n a\n", "a\r", "\r", "a\rb", "a\r\nb",
    "a\r\nb\r\n", "# a\nb\n", "a\n# b\n", "a\n#\n", "- a\n- b\n", "a: b\nc: d\n", "---\na\n",
    "a\n---\nb\n", "a\n...\nb\n", "...\n", "|\n  a\n", "%YAML\na\n", "y\n", "1\n", "null\n", "~\n",
    "\"a\n", "\\\n", "a\\\nb\n", "\u{e9}\n\u{4e2d}\n", "a\n\u{1f600}", "a\n\u{0}\n", "a\u{85}b\n",
    "a\n\u{2028}b\n", "\u{feff}a\nb\n", "a\n\u{feff}\n", "input {\n  tcp { port => 5000 }\n}\n",
    "#!/bin/sh\nset -eu\n\nexec \"$@\"\n", "{\n  \"a\": [1]\n}\n", ":\n", "?\n", "-\n-\n", ": \n:",
];

/// Characters beyond ASCII, and those that nobody sees.
#[rustfmt::skip]
pub(crate) const CHARACTERS: &[&str] = &[
    "\u{0}", "\u{1}", "\u{7}", "\u{8}", "\u{b}", "\u{c}", "\u{1b}[0m", "\u{1f}", "\u{7f}", "\u{80}",
    "\u{85}", "a\u{85}b", "\u{9f}", "\u{a0}", "a\u{a0}", "\u{a0}a", "\u{ad}", "\u{e9}", "\u{df}",
    "\u{200b}", "a\u{200d}b", "\u{202e}a", "\u{2028}", "a\u{2028}b", "\u{2029}", "\u{2060}",
    "\u{3000}", "\u{3000}a", "\u{4e2d}\u{6587}", "\u{d7ff}", "\u{e000}", "\u{fdd0}", "\u{feff}",
    "\u{feff}a", "a\u{feff}", "\u{fffd}", "\u{fffe}", "\u{ffff}", "\u{10000}", "\u{1f600}",
    "\u{1f468}\u{200d}\u{1f469}", "\u{1fffe}", "\u{e0001}", "\u{10ffff}", "e\u{301}", "\u{301}",
    "\u{661}", "\u{ff11}", "\u{2212}1", "\u{131}", "\u{130}", "\u{ff59}\u{ff45}\u{ff53}",
];

/// Strings that need no quotes, and would be harder to read in them.
#[rustfmt::skip]
pub(crate) const PLAIN: &[&str] = &[
    "a", "jobmon-server", "apps/v1", "v1", "ghcr.io/ihme/jobmon:3.2.2", "/var/log/jobmon", "100m",
    "1Gi", "512Mi", "25%", "10.0.0.0/8", "30s", "5m", "-Xmx512m", "--config.file=/etc/a.yaml",
    "--bind", "-c", "http://elastic:9200/", "metrics.k8s.io", "a b  c", "kubernetes.io/os",
    "0 3 * * *", "Host(`a.example`) && PathPrefix(`/api`)", "user@example.com", "$(POD_IP)", "YWJj==",
    "None", "nope", "yesterday", "nullify", "infinite", "ReadWriteOnce", "a.b:c", "_id", "e5",
];

/// All of them.
pub(crate) fn corpus() -> impl Iterator<Item = &'static str> {
    [WORDS, NUMBERS, SYNTAX, LINES, CHARACTERS, PLAIN].into_iter().flatten().copied()
}
