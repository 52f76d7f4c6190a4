package remote

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/retry"
	"golang.org/x/crypto/ssh"
)

// dial opens a new connection, as every operation does; nothing is shared between resources.
func (c *Connection) dial(ctx context.Context) (*ssh.Client, error) {
	config, err := c.clientConfig()
	if err != nil {
		return nil, err
	}
	if c.Proxy != nil {
		client, err := c.dialThroughProxy(ctx, config)
		if err != nil {
			return nil, fmt.Errorf("proxy: %w", err)
		}
		return client, nil
	}
	return insist(ctx, "Dial", c.dialErrors(), func() (*ssh.Client, error) {
		return ssh.Dial("tcp", c.address(), config)
	})
}

// dialThroughProxy logs in to the proxy, opens a channel from there and logs in to the target on it.
func (c *Connection) dialThroughProxy(ctx context.Context, config *ssh.ClientConfig) (*ssh.Client, error) {
	proxyConfig, err := c.Proxy.clientConfig()
	if err != nil {
		return nil, err
	}
	proxy, err := insist(ctx, "Dial proxy", c.Proxy.dialErrors(), func() (*ssh.Client, error) {
		return ssh.Dial("tcp", c.Proxy.address(), proxyConfig)
	})
	if err != nil {
		return nil, err
	}
	channel, err := insist(ctx, "Dial from proxy", c.dialErrors(), func() (net.Conn, error) {
		return proxy.Dial("tcp", c.address())
	})
	if err != nil {
		return nil, err
	}
	return insist(ctx, "Dial", c.dialErrors(), func() (*ssh.Client, error) {
		connection, channels, requests, err := ssh.NewClientConn(channel, c.address(), config)
		if err != nil {
			return nil, err
		}
		return ssh.NewClient(connection, channels, requests), nil
	})
}

func (e *Endpoint) address() string {
	return net.JoinHostPort(*e.Host, strconv.Itoa(int(*e.Port)))
}

// insist tries until it works, the limit is passed or the operation is cancelled. Every failure counts,
// a refused key as much as a refused port.
func insist[T any](ctx context.Context, what string, limit int, attempt func() (T, error)) (T, error) {
	var result T
	shown := "inf"
	if limit != unlimited {
		shown = strconv.Itoa(limit)
	}
	done, _, err := retry.Until(ctx, retry.Acceptor{
		Accept: func(failed int, _ time.Duration) (bool, any, error) {
			value, err := attempt()
			if err == nil {
				result = value
				return true, nil, nil
			}
			if limit > unlimited && failed >= limit {
				return true, nil, fmt.Errorf("after %d failed attempts: %w", failed, err)
			}
			p.GetLogger(ctx).InfoStatusf("%s %d/%s failed: retrying", what, failed+1, shown)
			return false, nil, nil
		},
	})
	if err == nil && !done {
		err = ctx.Err()
	}
	return result, err
}
