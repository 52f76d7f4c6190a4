// Package remote holds the resources that work over SSH.
package remote

import "github.com/pulumi/pulumi-go-provider/infer"

const (
	defaultDialErrors = 10
	unlimited         = -1
)

// Endpoint says how to reach one SSH server and who we are there.
type Endpoint struct {
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional"           provider:"secret"`
	Host               *string  `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	PrivateKey         *string  `pulumi:"privateKey,optional"         provider:"secret"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional" provider:"secret"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	DialErrorLimit     *int     `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int     `pulumi:"perDialTimeout,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
}

// Connection is an endpoint, reached directly or by way of a proxy.
type Connection struct {
	Endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// ProxyConnection is the endpoint in between.
type ProxyConnection struct {
	Endpoint
}

// Annotate gives the defaults, which the engine records as if the program had written them.
func (e *Endpoint) Annotate(a infer.Annotator) {
	a.SetDefault(&e.User, "root")
	a.SetDefault(&e.Port, 22)
	a.SetDefault(&e.DialErrorLimit, defaultDialErrors)
	a.SetDefault(&e.PerDialTimeout, 15)
	a.Describe(&e.DialErrorLimit, "Failed dials before giving up; -1 never gives up.")
	a.Describe(&e.PerDialTimeout, "Seconds for each dial; 0 has no limit.")
	a.Describe(&e.HostKey, "The key the server must have; without it any key is accepted.")
}

// Annotate gives the defaults of the endpoint.
func (c *Connection) Annotate(a infer.Annotator) { c.Endpoint.Annotate(a) }

// Annotate gives the defaults of the endpoint.
func (c *ProxyConnection) Annotate(a infer.Annotator) { c.Endpoint.Annotate(a) }

func (e *Endpoint) dialErrors() int {
	if e.DialErrorLimit == nil {
		return defaultDialErrors
	}
	return *e.DialErrorLimit
}
