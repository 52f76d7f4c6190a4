package main

import (
	"fmt"

	"github.com/google/shlex"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// runtimeOptions are the entries of `runtime.options` in Pulumi.yaml that change how node is run.
type runtimeOptions struct {
	environment []string
	nodeArgs    []string
}

func parseOptions(info *pulumirpc.ProgramInfo) (runtimeOptions, error) {
	given := info.GetOptions().AsMap()
	typescript, err := option(given, "typescript", true, "typescript option must be a boolean")
	if err != nil {
		return runtimeOptions{}, err
	}
	tsconfig, err := option(given, "tsconfig", "", "tsconfigpath option must be a string")
	if err != nil {
		return runtimeOptions{}, err
	}
	nodeArgs, err := option(given, "nodeargs", "", "nodeargs option must be a string")
	if err != nil {
		return runtimeOptions{}, err
	}
	var options runtimeOptions
	if typescript {
		options.environment = append(options.environment, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if tsconfig != "" {
		options.environment = append(options.environment, "PULUMI_NODEJS_TSCONFIG_PATH="+tsconfig)
	}
	options.nodeArgs, err = shlex.Split(nodeArgs)
	return options, err
}

func option[T any](given map[string]any, name string, fallback T, wrongType string) (T, error) {
	value, present := given[name]
	if !present {
		return fallback, nil
	}
	typed, ok := value.(T)
	if !ok {
		return fallback, fmt.Errorf("%s", wrongType)
	}
	return typed, nil
}
