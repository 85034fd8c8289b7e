//! Tokens, slices and the tree.
#![no_main]

use jtc_syntax::{Document, FileId, LineIndex, Node, Span};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lex(bytes));

/// Tokens are the text, slices are the tokens, and every span of the tree
/// begins and ends at one.
fn lex(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let tokens = jtc_syntax::lex(&text);
    let mut end = 0;
    for token in &tokens {
        assert_eq!(token.start, end, "a gap between tokens");
        assert!(token.end > token.start, "an empty token");
        assert!(text.is_char_boundary(token.end as usize), "a token cuts a character");
        end = token.end;
    }
    assert_eq!(end as usize, text.len(), "the tokens are not the text");
    let mut last = 0;
    for slice in jtc_syntax::slices(&text, &tokens) {
        assert_eq!(slice.first_token, last, "a gap between slices");
        assert!(slice.last_token > slice.first_token, "an empty slice");
        last = slice.last_token;
    }
    assert_eq!(last, tokens.len(), "the slices are not the text");

    let parse = jtc_syntax::parse(FileId(3), &text);
    let sound = parse.errors.is_empty();
    assert!(!(sound && parse.document.incomplete), "something is lost and nothing said");
    let lines = LineIndex::new(&*text);
    let check = |span: Span| {
        assert_eq!(span.file, FileId(3));
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
        if sound {
            assert!(tokens.binary_search_by_key(&span.start, |token| token.start).is_ok());
            assert!(tokens.binary_search_by_key(&span.end, |token| token.end).is_ok());
        }
    };
    spans(&parse.document, &check);
    for error in &parse.errors {
        check(error.span);
        error.related.iter().for_each(|(span, _)| check(*span));
        error.fix.iter().for_each(|fix| check(fix.span));
        let place = lines.line_col(error.span.start);
        assert!(place.line >= 1 && place.line <= lines.line_count());
    }
}

fn spans(document: &Document, check: &impl Fn(Span)) {
    let mut waiting: Vec<&Node> = document.nodes.iter().collect();
    while let Some(node) = waiting.pop() {
        check(node.span);
        check(node.name.span);
        node.ty.iter().for_each(|ty| check(ty.span));
        for entry in &node.entries {
            check(entry.span);
            check(entry.value_span);
            entry.name.iter().chain(&entry.ty).for_each(|name| check(name.span));
        }
        if let Some(block) = &node.children {
            check(block.span);
            waiting.extend(&block.nodes);
        }
    }
}
