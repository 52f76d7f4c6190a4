// Command language-nodejs-stand-in is installed as pulumi-language-nodejs where the official language
// host cannot be had. It hosts Node programs and component plugins the way the official one does.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// version is the version of the CLI this host was built for; the build sets it.
var version = "0.0.0"

// engineCheck is how often the host looks whether the engine that started it is still there.
const engineCheck = 10 * time.Second

func main() {
	tracing := flag.String("tracing", "", "tracing endpoint, handed on to the program")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Printf("%s (offline stand-in, built by proxmox-router)\n", version)
		return
	}
	if err := serve(flag.Arg(0), *tracing); err != nil {
		fmt.Fprintln(os.Stderr, "language host:", err)
		os.Exit(1)
	}
}

// serve answers the engine until it goes away or interrupts us; the port goes to stdout, as every
// plugin does.
func serve(engineAddress, tracing string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if engineAddress != "" {
		if err := rpcutil.Healthcheck(ctx, engineAddress, engineCheck, stop); err != nil {
			return err
		}
	}
	host := newHost(ctx, stop, engineAddress, tracing)
	cancel := make(chan bool)
	go func() {
		<-ctx.Done()
		close(cancel)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}
