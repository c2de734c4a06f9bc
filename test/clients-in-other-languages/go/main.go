// A tunnel client in Go, by the standard library alone. Both modes, V1 to V3.
//
//	TUNNEL_TOKEN=... client MODE URL VERSION MAPPINGS CA
//
// MODE is source or destination, URL is wss://host:port or ws://host:port, VERSION is the highest that is offered, and
// MAPPINGS says where each service is: SSH=5555 at a source, SSH=localhost:22 at a destination, or a bare port or address for
// a tunnel with one service. The environment holds the access token, and TUNNEL_CLIENT_TOKEN where there is one.
//
// Its habits, which the protocol leaves open:
//   - a local proxy: ends when the tunnel is closed, comes back after every other loss;
//   - it offers each version up to its own and speaks the one that is answered;
//   - it answers a close frame and closes TCP at once, without waiting for the service;
//   - a goroutine for each socket and direction; what an application does not read stops the whole tunnel after 64 messages;
//   - tunnel messages that wait together travel in one WebSocket message;
//   - it pings each second, and does not mind silence;
//   - stream ids and connection ids count on from 1 for the life of the process;
//   - it ends its sending half behind the last byte and lets the application finish, for a second.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const (
	reconnectAfter = 200 * time.Millisecond
	longestBackoff = 2 * time.Second
)

type options struct {
	mode     string
	target   *url.URL
	header   http.Header
	offers   []string
	mappings map[string]string
	trust    *tls.Config
}

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "usage: client source|destination URL VERSION MAPPINGS CA")
		os.Exit(2)
	}
	stop, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	if err := keepConnected(stop, readOptions(os.Args[1:])); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func readOptions(args []string) *options {
	target, err := url.Parse(args[1] + "/tunnel?local-proxy-mode=" + args[0])
	fatal(err)
	o := &options{mode: args[0], target: target, header: http.Header{}, mappings: map[string]string{}}
	o.header.Set("access-token", os.Getenv("TUNNEL_TOKEN"))
	if clientToken := os.Getenv("TUNNEL_CLIENT_TOKEN"); clientToken != "" {
		o.header.Set("client-token", clientToken)
	}
	for version := args[2][1]; version >= '1'; version-- {
		o.offers = append(o.offers, fmt.Sprintf("aws.iot.securetunneling-%c.0", version))
	}
	for _, mapping := range strings.Split(args[3], ",") {
		service, address, named := strings.Cut(mapping, "=")
		if !named {
			service, address = "", mapping
		}
		if !strings.Contains(address, ":") {
			address = "127.0.0.1:" + address
		}
		o.mappings[service] = address
	}
	if target.Scheme == "wss" {
		pem, err := os.ReadFile(args[4])
		fatal(err)
		authorities := x509.NewCertPool()
		authorities.AppendCertsFromPEM(pem)
		o.trust = &tls.Config{RootCAs: authorities, ServerName: target.Hostname()}
	}
	return o
}

func keepConnected(stop context.Context, o *options) error {
	backoff := reconnectAfter
	for {
		wait := reconnectAfter
		socket, err := dialWebSocket(o.target, o.header, o.offers, o.trust)
		if err == nil {
			backoff = reconnectAfter
			err = newSession(o, socket).run(stop)
		}
		var answer refused
		var end closed
		switch {
		case stop.Err() != nil:
			return nil
		case errors.As(err, &end) && end.code == 1000:
			fmt.Println("the tunnel is closed")
			return nil
		case errors.As(err, &answer) && answer.status >= 500:
			backoff += time.Duration(rand.Int63n(int64(backoff)) + int64(backoff)/2)
			if backoff > longestBackoff {
				backoff = longestBackoff
			}
			wait = backoff
		case errors.As(err, &answer) && answer.status >= 400:
			return err
		}
		fmt.Fprintln(os.Stderr, "lost:", err)
		select {
		case <-stop.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
