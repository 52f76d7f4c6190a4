package main

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// findNode prefers the node that the project installed for itself (the npm package `node`) over
// whichever is on the PATH: the SDK and the project's TypeScript ask for a version of their own.
func findNode(directory string) (string, error) {
	for at := directory; at != ""; at = filepath.Dir(at) {
		if node, err := exec.LookPath(filepath.Join(at, "node_modules", ".bin", "node")); err == nil {
			return node, nil
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return "", fmt.Errorf("could not find node on the $PATH: %w", err)
	}
	return node, nil
}

// locateModule asks node itself where a module of the program is, so that its own resolution rules hold.
func locateModule(node, module, directory, install string) (string, error) {
	script := `try { console.log(require.resolve(process.argv[1])) } catch (error) {
  console.error(error.code === "MODULE_NOT_FOUND" ? process.argv[2] : error.message);
  process.exit(1);
}`
	missing := fmt.Sprintf("It looks like the Pulumi SDK has not been installed. Have you run %s?", install)
	command := exec.Command(node, "-e", script, module, missing)
	command.Dir = directory
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return strings.TrimSpace(string(output)), err
}
