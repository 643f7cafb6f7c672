// Command read is read.py for Go: net/url, path and filepath of its standard library.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"sort"
	"strings"
	"unicode/utf8"
)

func read(uri string) []string {
	found := map[string]bool{}
	if parsed, err := url.Parse(uri); err == nil {
		for _, text := range []string{parsed.Path, parsed.EscapedPath(), parsed.Opaque} {
			if text == "" {
				continue
			}
			if strings.EqualFold(parsed.Scheme, "file") {
				found[path.Clean("/"+text)] = true
			} else if parsed.Host != "" {
				found[parsed.Scheme+"://"+parsed.Host+text] = true
				found[parsed.Scheme+"://"+parsed.Host+path.Clean("/"+text)] = true
			}
		}
		found[parsed.String()] = true
	}
	if rest, ok := strings.CutPrefix(uri, "file://"); ok {
		found[path.Clean("/"+rest)] = true
		if text, err := url.PathUnescape(rest); err == nil {
			found[path.Clean("/"+text)] = true
		}
	}
	list := []string{}
	for text := range found {
		if utf8.ValidString(text) {
			list = append(list, text)
		}
	}
	sort.Strings(list)
	return list
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var uri string
		if err := json.Unmarshal(lines.Bytes(), &uri); err != nil {
			panic(err)
		}
		out, err := json.Marshal(read(uri))
		if err != nil {
			panic(err)
		}
		fmt.Println(string(out))
	}
}
