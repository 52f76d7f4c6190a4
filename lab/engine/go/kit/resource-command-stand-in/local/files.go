package local

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

type pathRule struct {
	pattern glob.Glob
	exclude bool
}

// matchFiles finds the files below a directory by rules that apply in order; `!` excludes again.
func matchFiles(directory string, patterns []string) (map[string]*types.AssetOrArchive, error) {
	rules := make([]pathRule, len(patterns))
	for at, pattern := range patterns {
		plain, exclude := strings.CutPrefix(pattern, "!")
		compiled, err := glob.Compile(plain, '/')
		if err != nil {
			return nil, err
		}
		rules[at] = pathRule{compiled, exclude}
	}
	found := map[string]*types.AssetOrArchive{}
	err := fs.WalkDir(os.DirFS(directory), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !chosen(rules, path) {
			return err
		}
		asset, err := resource.NewPathAsset(filepath.Join(directory, path))
		found[path] = &types.AssetOrArchive{Asset: asset}
		return err
	})
	return found, err
}

func chosen(rules []pathRule, path string) bool {
	result := false
	for _, rule := range rules {
		if rule.pattern.Match(path) {
			result = !rule.exclude
		}
	}
	return result
}
