package main

import (
	"context"

	"github.com/bpg/terraform-provider-proxmox/fwprovider"
	sdkprovider "github.com/bpg/terraform-provider-proxmox/proxmoxtf/provider"
	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

const (
	pulumiPackage = "proxmoxve"
	repository    = "https://github.com/muhlba91/pulumi-proxmoxve"
)

// version is the SDK version this plugin answers for; the build sets it.
var version = "8.6.0"

// provider describes the bridge: both halves of the Terraform provider, merged, under Pulumi names.
func provider(metadata []byte) tfbridge.ProviderInfo {
	upstream := pf.MuxShimWithPF(
		context.Background(),
		sdkv2.NewProvider(sdkprovider.ProxmoxVirtualEnvironment()),
		fwprovider.New(version)(),
	)
	info := tfbridge.ProviderInfo{
		P:                 upstream,
		Name:              "proxmox",
		DisplayName:       "Proxmox Virtual Environment",
		Version:           version,
		GitHubOrg:         "bpg",
		Repository:        repository,
		PluginDownloadURL: "github://api.github.com/muhlba91/pulumi-proxmoxve",
		Resources:         argumentIDs(upstream),
		MetadataInfo:      tfbridge.NewProviderMetadata(metadata),
	}
	info.MustComputeTokens(tokenStrategy())
	info.SetAutonaming(255, "-")
	return info
}

// bridgedID is the one resource for which the SDK keeps the bridge's own name of such an argument.
const bridgedID = "proxmox_sdn_controller_evpn"

// argumentIDs renames the `id` of every resource that takes it as an argument to `resourceId`,
// since Pulumi keeps `id` for itself, and reads the Pulumi id back from it.
func argumentIDs(upstream shim.Provider) map[string]*tfbridge.ResourceInfo {
	overrides := map[string]*tfbridge.ResourceInfo{}
	upstream.ResourcesMap().Range(func(name string, resource shim.Resource) bool {
		id, declared := resource.Schema().GetOk("id")
		if name != bridgedID && declared && (id.Required() || id.Optional()) {
			overrides[name] = &tfbridge.ResourceInfo{
				Fields:    map[string]*tfbridge.SchemaInfo{"id": {Name: "resourceId", Type: "string"}},
				ComputeID: tfbridge.DelegateIDField("resourceId", pulumiPackage, repository),
			}
		}
		return true
	})
	return overrides
}
