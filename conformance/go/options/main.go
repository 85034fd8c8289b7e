// Command options reads the options of Traefik's command line off the types of
// its static configuration: for each a line with its name, in small letters,
// and what its value is. `*` stands for a name of the user's choice, `[0]` for
// an element of a list.
//
// It reads the sources alone, so that nothing of the module is built. What the
// names and values are follows github.com/traefik/paerser: packages flag and
// parser.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

const (
	module = "github.com/traefik/traefik/v3"
	root   = "pkg/config/static"
	start  = "Configuration"
)

// Types of other modules, by import path and name.
var foreign = map[string]string{
	"github.com/traefik/paerser/types.Duration": "duration",
	"time.Duration": "duration",
}

var basic = map[string]string{
	"bool": "switch", "string": "text", "any": "text",
	"int": "int64", "int8": "int8", "int16": "int16", "int32": "int32", "int64": "int64",
	"uint": "uint64", "uint8": "uint8", "uint16": "uint16", "uint32": "uint32", "uint64": "uint64",
	"float32": "float", "float64": "float",
}

// A type where it is declared.
type declared struct {
	expr    ast.Expr
	imports map[string]string
	folder  string
}

type walker struct {
	dir      string
	packages map[string]map[string]declared
	out      *bufio.Writer
}

func main() {
	if len(os.Args) != 2 {
		fail("usage: options FOLDER-OF-THE-MODULE")
	}
	w := walker{dir: os.Args[1], packages: map[string]map[string]declared{}, out: bufio.NewWriter(os.Stdout)}
	w.fields("", w.named(root, start), 0)
	if err := w.out.Flush(); err != nil {
		fail("%v", err)
	}
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

// The types of a package of the module.
func (w *walker) load(folder string) map[string]declared {
	if types, ok := w.packages[folder]; ok {
		return types
	}
	types := map[string]declared{}
	entries, err := os.ReadDir(filepath.Join(w.dir, folder))
	if err != nil {
		fail("%v", err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(w.dir, folder, name), nil, 0)
		if err != nil {
			fail("%v", err)
		}
		imports := map[string]string{}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				fail("%v", err)
			}
			name := path.Base(imported)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			imports[name] = imported
		}
		for _, decl := range file.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.TYPE {
				continue
			}
			for _, spec := range general.Specs {
				spec := spec.(*ast.TypeSpec)
				types[spec.Name.Name] = declared{spec.Type, imports, folder}
			}
		}
	}
	w.packages[folder] = types
	return types
}

func (w *walker) named(folder, name string) declared {
	found, ok := w.load(folder)[name]
	if !ok {
		fail("%s: no type %s", folder, name)
	}
	return found
}

// What a type is once its names are looked up: a struct, map, slice, interface
// or function, or the kind of a single value.
func (w *walker) resolve(at declared) (declared, string) {
	for range 20 {
		switch expr := at.expr.(type) {
		case *ast.StarExpr:
			at.expr = expr.X
		case *ast.Ident:
			if kind, ok := basic[expr.Name]; ok {
				return at, kind
			}
			at = w.named(at.folder, expr.Name)
		case *ast.SelectorExpr:
			imported := at.imports[expr.X.(*ast.Ident).Name]
			if kind, ok := foreign[imported+"."+expr.Sel.Name]; ok {
				return at, kind
			}
			folder, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				return at, "foreign " + imported + "." + expr.Sel.Name
			}
			at = w.named(folder, expr.Sel.Name)
		default:
			return at, ""
		}
	}
	fail("a type that never ends in %s", at.folder)
	return at, ""
}

func (w *walker) fields(prefix string, of declared, depth int) {
	if depth > 20 {
		fail("%s goes too deep", prefix)
	}
	for _, field := range of.expr.(*ast.StructType).Fields.List {
		var tag reflect.StructTag
		if field.Tag != nil {
			text, err := strconv.Unquote(field.Tag.Value)
			if err != nil {
				fail("%v", err)
			}
			tag = reflect.StructTag(text)
		}
		at := declared{field.Type, of.imports, of.folder}
		if len(field.Names) == 0 {
			inner, kind := w.resolve(at)
			if kind != "" {
				fail("%s embeds something that is no struct: %s", prefix, kind)
			}
			w.fields(prefix, inner, depth+1)
			continue
		}
		for _, name := range field.Names {
			label := tag.Get("label")
			if name.IsExported() && label != "-" {
				w.value(prefix+strings.ToLower(name.Name), at, label == "allowEmpty", depth)
			}
		}
	}
}

func (w *walker) line(name, kind string) {
	fmt.Fprintf(w.out, "%s %s\n", name, kind)
}

func (w *walker) value(name string, at declared, empty bool, depth int) {
	inner, kind := w.resolve(at)
	switch expr := inner.expr.(type) {
	case *ast.StructType:
		if empty {
			w.line(name, "section")
		}
		w.fields(name+".", inner, depth+1)
	case *ast.MapType:
		element := declared{expr.Value, inner.imports, inner.folder}
		w.value(name+".*", element, true, depth+1)
	case *ast.ArrayType:
		element, kind := w.resolve(declared{expr.Elt, inner.imports, inner.folder})
		switch _, structs := element.expr.(*ast.StructType); {
		case structs:
			w.line(name, "list")
			w.fields(name+"[0].", element, depth+1)
		case kind == "text":
			w.line(name, "list")
		default:
			w.line(name, "list-of-"+kind)
		}
	case *ast.InterfaceType:
		w.line(name, "text")
	default:
		if kind == "" || strings.HasPrefix(kind, "foreign ") {
			fail("%s is of a type that isn't known: %T %s", name, inner.expr, kind)
		}
		w.line(name, kind)
	}
}
