package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

type manifest struct {
	Name    string                  `json:"name"`
	Version string                  `json:"version"`
	Pulumi  plugin.PulumiPluginJSON `json:"pulumi"`
}

// GetRequiredPackages lists the Pulumi packages below the program's node_modules, so that the engine
// can fetch missing plugins before it runs anything. Unreadable corners are left out, as a program
// that needs one of them says so itself.
func (h *host) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	response := &pulumirpc.GetRequiredPackagesResponse{}
	seen := map[string]bool{}
	walkManifests(request.GetInfo().GetProgramDirectory(), func(path string) {
		dependency, err := readDependency(path)
		if err != nil {
			logging.V(3).Infof("%s: %v", path, err)
		}
		if dependency == nil || seen[dependency.Name+dependency.Version] {
			return
		}
		seen[dependency.Name+dependency.Version] = true
		response.Packages = append(response.Packages, dependency)
	})
	return response, nil
}

// walkManifests visits the package.json files inside any node_modules below a directory.
func walkManifests(root string, visit func(path string)) {
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		if entry.IsDir() && isPolicyPack(path) && path != root {
			return fs.SkipDir
		}
		if entry.Name() == "package.json" && strings.Contains(path, "/node_modules/") {
			visit(path)
		}
		return nil
	})
}

// isPolicyPack keeps the plugins of a nested policy pack out: they are not the program's.
func isPolicyPack(directory string) bool {
	_, err := os.Stat(filepath.Join(directory, "PulumiPolicy.yaml"))
	return err == nil
}

func readDependency(path string) (*pulumirpc.PackageDependency, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var found manifest
	if err := json.Unmarshal(text, &found); err != nil || !found.Pulumi.Resource {
		// Test fixtures of npm packages are often broken on purpose.
		return nil, nil
	}
	name, err := pluginName(found)
	if err != nil {
		return nil, err
	}
	version := found.Pulumi.Version
	if version == "" {
		version = found.Version
	}
	dependency := &pulumirpc.PackageDependency{
		Name:    name,
		Kind:    "resource",
		Version: "v" + strings.TrimPrefix(version, "v"),
		Server:  found.Pulumi.Server,
	}
	if of := found.Pulumi.Parameterization; of != nil {
		dependency.Parameterization = &pulumirpc.PackageParameterization{
			Name: of.Name, Version: of.Version, Value: of.Value,
		}
	}
	return dependency, nil
}

func pluginName(found manifest) (string, error) {
	if found.Pulumi.Name != "" {
		return found.Pulumi.Name, nil
	}
	if name, ours := strings.CutPrefix(found.Name, "@pulumi/"); ours {
		return name, nil
	}
	return "", fmt.Errorf("Missing property \"name\" for the third-party plugin '%v' "+
		"inside package.json under the \"pulumi\" section.", found.Name)
}
