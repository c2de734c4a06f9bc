package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	queuedMessages = 64
	readBytes      = 32 * 1024
	mergedBytes    = 64 * 1024
	pingEvery      = time.Second
	lingerFor      = time.Second
	flushFor       = 3 * time.Second
)

var lastID atomic.Uint32

type stream struct {
	service  string // of the mapping
	spelt    string // as STREAM_START had it: absent in V1
	id       int32
	numbered bool   // has connection ids (V3)
	first    uint32 // connection id that a peer means which sends none
	conns    map[uint32]*conn
}

// conn is a TCP connection; what comes from the tunnel waits in `in` until the application takes it.
type conn struct {
	stream *stream
	id     uint32
	in     chan []byte
	over   chan struct{} // closed when either side has ended it
}

// session lives as long as one WebSocket.
type session struct {
	*options
	socket    *webSocket
	version   byte
	out       chan []byte
	gone      chan struct{}
	mu        sync.Mutex // guards what follows
	services  []string
	streams   map[string]*stream
	listeners map[string]net.Listener
}

func newSession(o *options, socket *webSocket) *session {
	version := socket.subprotocol[len(socket.subprotocol)-3]
	return &session{options: o, socket: socket, version: version, out: make(chan []byte, queuedMessages),
		gone: make(chan struct{}), streams: map[string]*stream{}, listeners: map[string]net.Listener{}}
}

// run reads until the WebSocket is gone, and says why.
func (s *session) run(stop context.Context) error {
	go s.write()
	go func() {
		select {
		case <-stop.Done():
			s.socket.fail(1001)
			s.socket.Close()
		case <-s.gone:
		}
	}()
	if s.version == '1' {
		s.learn([]string{""})
	}
	err := s.read()
	if broken := (violation{}); errors.As(err, &broken) {
		s.socket.fail(broken.code)
	}
	close(s.gone)
	s.socket.Close()
	s.mu.Lock()
	for _, listener := range s.listeners {
		listener.Close()
	}
	s.endAll()
	s.mu.Unlock()
	return err
}

func (s *session) read() error {
	head := make([]byte, 2)
	for {
		if _, err := io.ReadFull(s.socket, head); err != nil {
			return err
		}
		body := make([]byte, binary.BigEndian.Uint16(head))
		if _, err := io.ReadFull(s.socket, body); err != nil {
			return err
		}
		m, err := parse(body)
		if err != nil {
			return violation{1002, err.Error()}
		}
		if err := s.handle(m); err != nil {
			return err
		}
	}
}

func (s *session) handle(m message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch m.kind {
	case typeServiceIds:
		return s.learn(m.services)
	case typeSessionReset:
		s.endAll()
		return nil
	case typeStreamStart:
		return s.startStream(m)
	}
	st := s.streams[s.serviceOf(m)]
	if st == nil || st.id != m.streamID {
		return nil // stale
	}
	id := m.connection
	if !st.numbered {
		id = 0
	} else if id == 0 {
		id = st.first
	}
	c := st.conns[id]
	switch {
	case m.kind == typeData:
		if c != nil {
			s.deliver(c, m.payload)
		}
	case m.kind == typeStreamReset:
		s.endStream(st)
	case m.kind == typeConnectionReset && st.numbered:
		if c != nil {
			s.end(c)
		}
	case m.kind == typeConnectionStart && st.numbered:
		s.startConnection(st, id)
	case !m.ignorable:
		s.send(message{kind: typeStreamReset, streamID: st.id, service: st.spelt})
		s.endStream(st)
	}
	return nil
}

// serviceOf names the service of a message: without a service id it is the only one.
func (s *session) serviceOf(m message) string {
	if s.version == '1' {
		return ""
	}
	if m.service == "" && len(s.services) == 1 {
		return s.services[0]
	}
	return m.service
}

// deliver waits for an application that is slow, and the whole tunnel with it.
func (s *session) deliver(c *conn, payload []byte) {
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case c.in <- payload:
	case <-c.over:
	}
}

func (s *session) learn(services []string) error {
	s.services = services
	if s.mode == "destination" {
		for _, service := range services {
			if s.addressOf(service) == "" && len(s.streams) == 0 {
				fatal(fmt.Errorf("no address is known for %s", service))
			}
		}
		return nil
	}
	for _, service := range services {
		if s.listeners[service] != nil {
			continue
		}
		address := s.addressOf(service)
		if address == "" {
			address = "127.0.0.1:0"
		}
		listener, err := net.Listen("tcp", address)
		fatal(err)
		s.listeners[service] = listener
		fmt.Printf("%s listens on %d\n", service, listener.Addr().(*net.TCPAddr).Port)
		go s.accept(service, listener)
	}
	return nil
}

// addressOf looks a service up; a bare address, or the only one in V1, stands for any.
func (s *session) addressOf(service string) string {
	if address := s.mappings[service]; address != "" {
		return address
	}
	if service == "" && len(s.mappings) == 1 {
		for _, address := range s.mappings {
			return address
		}
	}
	if len(s.services) == 1 {
		return s.mappings[""]
	}
	return ""
}

func (s *session) accept(service string, listener net.Listener) {
	for {
		tcp, err := listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.accepted(service, tcp)
		s.mu.Unlock()
	}
}

func (s *session) accepted(service string, tcp net.Conn) {
	st := s.streams[service]
	isBusy := st != nil && len(st.conns) > 0
	if isBusy && !st.numbered {
		tcp.Close() // before V3 a service has one connection at a time
		return
	}
	kind := uint64(typeConnectionStart)
	if !isBusy {
		kind = typeStreamStart
		st = &stream{service: service, spelt: service, id: int32(lastID.Add(1)), numbered: s.version == '3',
			conns: map[uint32]*conn{}}
		s.streams[service] = st
	}
	id := uint32(0)
	if st.numbered {
		id = lastID.Add(1)
	}
	c := s.add(st, id)
	s.send(message{kind: kind, streamID: st.id, service: st.spelt, connection: id})
	go s.carry(c, tcp)
}

func (s *session) startStream(m message) error {
	if s.mode == "source" {
		return violation{1002, "STREAM_START at a source"}
	}
	service := s.serviceOf(m)
	if old := s.streams[service]; old != nil {
		s.endStream(old)
	}
	st := &stream{service: service, spelt: m.service, id: m.streamID, numbered: s.version == '3' && m.connection != 0,
		conns: map[uint32]*conn{}}
	if s.addressOf(service) == "" {
		s.send(message{kind: typeStreamReset, streamID: st.id, service: st.spelt})
		return nil
	}
	s.streams[service] = st
	id := m.connection
	if !st.numbered {
		id = 0
	}
	go s.dial(s.add(st, id), typeStreamReset)
	return nil
}

func (s *session) startConnection(st *stream, id uint32) {
	if s.mode == "destination" && st.conns[id] == nil {
		go s.dial(s.add(st, id), typeConnectionReset)
		return
	}
	s.send(message{kind: typeConnectionReset, streamID: st.id, service: st.spelt, connection: id})
	if c := st.conns[id]; c != nil && s.mode == "source" {
		s.end(c)
	}
}

func (s *session) dial(c *conn, failure uint64) {
	tcp, err := net.DialTimeout("tcp", s.addressOf(c.stream.service), dialTimeout)
	if err == nil {
		s.carry(c, tcp)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end(c) {
		if failure == typeStreamReset {
			s.endStream(c.stream)
		}
		s.send(message{kind: failure, streamID: c.stream.id, service: c.stream.spelt, connection: c.id})
	}
}

// carry moves bytes until either side ends the connection, and closes it behind the last of them.
func (s *session) carry(c *conn, tcp net.Conn) {
	defer tcp.Close()
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.readApplication(c, tcp)
	}()
	for {
		select {
		case payload := <-c.in:
			if _, err := tcp.Write(payload); err != nil {
				s.endedHere(c)
			}
			continue
		case <-c.over:
		}
		break
	}
	tcp.SetWriteDeadline(time.Now().Add(flushFor))
	for len(c.in) > 0 {
		if _, err := tcp.Write(<-c.in); err != nil {
			return
		}
	}
	tcp.(*net.TCPConn).CloseWrite()
	tcp.SetReadDeadline(time.Now().Add(lingerFor))
	<-read
}

func (s *session) readApplication(c *conn, tcp net.Conn) {
	for {
		buffer := make([]byte, readBytes)
		count, err := tcp.Read(buffer)
		if count > 0 {
			select {
			case <-c.over: // what it writes behind the end is dropped
			default:
				s.send(message{kind: typeData, streamID: c.stream.id, service: c.stream.spelt, connection: c.id,
					payload: buffer[:count]})
			}
		}
		if err != nil {
			s.endedHere(c)
			return
		}
	}
}

// endedHere tells the peer of a connection that ended at this side, once.
func (s *session) endedHere(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.end(c) {
		return
	}
	kind := uint64(typeStreamReset)
	if c.stream.numbered {
		kind = typeConnectionReset
	}
	s.send(message{kind: kind, streamID: c.stream.id, service: c.stream.spelt, connection: c.id})
}

func (s *session) add(st *stream, id uint32) *conn {
	c := &conn{stream: st, id: id, in: make(chan []byte, queuedMessages), over: make(chan struct{})}
	if st.first == 0 {
		st.first = id
	}
	st.conns[id] = c
	return c
}

// end is true for the first who ends a connection.
func (s *session) end(c *conn) bool {
	select {
	case <-c.over:
		return false
	default:
	}
	close(c.over)
	delete(c.stream.conns, c.id)
	if !c.stream.numbered && s.streams[c.stream.service] == c.stream {
		delete(s.streams, c.stream.service)
	}
	return true
}

func (s *session) endStream(st *stream) {
	for _, c := range st.conns {
		s.end(c)
	}
	if s.streams[st.service] == st {
		delete(s.streams, st.service)
	}
}

func (s *session) endAll() {
	for _, st := range s.streams {
		s.endStream(st)
	}
}

func (s *session) send(m message) {
	select {
	case s.out <- m.frame():
	case <-s.gone:
	}
}

// write joins what waits, and pings.
func (s *session) write() {
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	for {
		var err error
		select {
		case <-s.gone:
			return
		case <-pings.C:
			err = s.socket.writeFrame(opPing, []byte("still there"))
		case frame := <-s.out:
			merged := frame
			for len(merged) < mergedBytes && len(s.out) > 0 {
				merged = append(merged, <-s.out...)
			}
			err = s.socket.writeFrame(opBinary, merged)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "write:", err)
			s.socket.Close()
			return
		}
	}
}
