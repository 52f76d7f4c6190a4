package main

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

const (
	legacyPrefix = "proxmox_virtual_environment_"
	prefix       = "proxmox_"
)

// tokenStrategy names what the Terraform provider has: `proxmox_a_b` becomes type B of module a, and
// `proxmox_virtual_environment_a_b` becomes BLegacy there; a single word goes to module `index`.
func tokenStrategy() tfbridge.Strategy {
	return tfbridge.Strategy{
		Resource: func(terraformName string, resource *tfbridge.ResourceInfo) error {
			module, name := pulumiName(terraformName)
			resource.Tok = tfbridge.MakeResource(pulumiPackage, module, name)
			return nil
		},
		DataSource: func(terraformName string, source *tfbridge.DataSourceInfo) error {
			module, name := pulumiName(terraformName)
			source.Tok = tfbridge.MakeDataSource(pulumiPackage, module, "get"+name)
			return nil
		},
	}
}

func pulumiName(terraformName string) (module, name string) {
	suffix := ""
	rest, legacy := strings.CutPrefix(terraformName, legacyPrefix)
	if legacy {
		suffix = "Legacy"
	} else {
		rest = strings.TrimPrefix(terraformName, prefix)
	}
	words := strings.Split(rest, "_")
	last := len(words) - 1
	module = "index"
	if last > 0 {
		module = strings.Join(words[:last], "/")
	}
	return module, strings.ToUpper(words[last][:1]) + words[last][1:] + suffix
}
