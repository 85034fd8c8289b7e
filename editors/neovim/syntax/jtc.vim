" Topologies: KDL 2. The nodes of the language are told by the server; these are the forms of the notation.
if exists('b:current_syntax')
  finish
endif

syntax match jtcNode "^\s*\zs[^[:space:]{}()\[\]/\\\"#;=]\+"
syntax match jtcNode "[{;]\s*\zs[^[:space:]{}()\[\]/\\\"#;=]\+"
syntax match jtcProperty "[^[:space:]{}()\[\]/\\\"#;=]\+\ze\s*="
syntax match jtcType "([^()]*)"
syntax match jtcNumber "\%(^\|[[:space:]=]\)\zs[-+]\=\d[0-9_]*\%(\.[0-9_]\+\)\=\%([eE][-+]\=[0-9_]\+\)\=\ze\%([[:space:];{}/]\|$\)"
syntax match jtcNumber "\%(^\|[[:space:]=]\)\zs[-+]\=0\%(x[0-9A-Fa-f_]\+\|o[0-7_]\+\|b[01_]\+\)"
syntax match jtcKeyword "#\%(true\|false\|null\|inf\|-inf\|nan\)\>"
syntax match jtcContinued "\\\ze\s*\%(//.*\)\=$"
syntax match jtcEscape contained "\\\%([nrt\\\"bfs]\|u{\x\{1,6}}\|\_s\+\)"
syntax region jtcString start=+"+ skip=+\\.+ end=+"+ contains=jtcEscape,@Spell
syntax region jtcString start=+"""+ skip=+\\.+ end=+"""+ contains=jtcEscape,@Spell
syntax region jtcRaw start=+\z(#\+\)"+ end=+"\z1+
syntax region jtcRaw start=+\z(#\+\)"""+ end=+"""\z1+
syntax region jtcComment start="//" end="$" contains=@Spell
syntax region jtcComment start="/\*" end="\*/" contains=jtcComment,@Spell
syntax match jtcSlashdash "/-"

highlight default link jtcNode Statement
highlight default link jtcProperty Identifier
highlight default link jtcType Type
highlight default link jtcNumber Number
highlight default link jtcKeyword Boolean
highlight default link jtcContinued Special
highlight default link jtcEscape SpecialChar
highlight default link jtcString String
highlight default link jtcRaw String
highlight default link jtcComment Comment
highlight default link jtcSlashdash Comment

let b:current_syntax = 'jtc'
