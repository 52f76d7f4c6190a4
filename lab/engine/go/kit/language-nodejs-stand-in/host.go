package main

import (
	"context"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// host serves the language runtime protocol; what it does not define is answered as unimplemented.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	life          context.Context
	stop          context.CancelFunc
	engineAddress string
	tracing       string
}

func newHost(ctx context.Context, stop context.CancelFunc, engineAddress, tracing string) *host {
	life, cancel := context.WithCancel(ctx)
	return &host{life: life, stop: func() { cancel(); stop() }, engineAddress: engineAddress, tracing: tracing}
}

// Handshake tells the host which engine it belongs to, when the command line did not.
func (h *host) Handshake(
	_ context.Context, request *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engineAddress = request.EngineAddress
	err := rpcutil.Healthcheck(h.life, h.engineAddress, engineCheck, h.stop)
	return &pulumirpc.LanguageHandshakeResponse{}, err
}

// GetPluginInfo reports the version of the host.
func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

// Cancel ends every program that runs, so that the engine is not left waiting for one.
func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.stop()
	return &emptypb.Empty{}, nil
}

// RuntimeOptionsPrompts asks nothing: the package manager is the one that the project already uses.
func (h *host) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

// About reports the node that would run a program of this directory.
func (h *host) About(ctx context.Context, request *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	node, err := findNode(request.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	shown, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{
		Executable: node,
		Version:    strings.TrimSpace(string(shown)),
		Metadata:   map[string]string{"languageHost": "offline stand-in of proxmox-router"},
	}, nil
}
