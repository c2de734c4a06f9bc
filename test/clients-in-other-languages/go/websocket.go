package main

// The client's half of RFC 6455, as far as a tunnel needs it.

import (
	"bufio"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
	maxFrameBytes  = 131076
	dialTimeout    = 10 * time.Second
)

// refused is an HTTP answer other than 101.
type refused struct{ status int }

func (r refused) Error() string { return fmt.Sprintf("the service answered %d", r.status) }

// violation ends the WebSocket with a close frame of its code.
type violation struct {
	code   uint16
	reason string
}

func (v violation) Error() string { return v.reason }

// closed is the close frame of the service; 1005 stands for none of its own.
type closed struct{ code uint16 }

func (c closed) Error() string { return fmt.Sprintf("the service closed: %d", c.code) }

// webSocket is a stream of bytes for Read: the boundaries of messages mean nothing in a tunnel.
type webSocket struct {
	net.Conn
	reader      *bufio.Reader
	writing     sync.Mutex
	subprotocol string
	left        uint64 // bytes of the current data frame that were not read yet
	fragmented  bool   // a message is under way whose last frame has not come
}

func dialWebSocket(target *url.URL, header http.Header, subprotocols []string, trust *tls.Config) (*webSocket, error) {
	var conn net.Conn
	var err error
	dialer := &net.Dialer{Timeout: dialTimeout}
	if target.Scheme == "wss" {
		conn, err = tls.DialWithDialer(dialer, "tcp", target.Host, trust)
	} else {
		conn, err = dialer.Dial("tcp", target.Host)
	}
	if err != nil {
		return nil, err
	}
	socket, err := upgrade(conn, target, header, subprotocols)
	if err != nil {
		conn.Close()
	}
	return socket, err
}

func upgrade(conn net.Conn, target *url.URL, header http.Header, subprotocols []string) (*webSocket, error) {
	nonce := make([]byte, 16)
	rand.Read(nonce)
	key := base64.StdEncoding.EncodeToString(nonce)
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n",
		target.RequestURI(), target.Host, key, strings.Join(subprotocols, ", "))
	for name, values := range header {
		request += name + ": " + values[0] + "\r\n"
	}
	conn.SetDeadline(time.Now().Add(dialTimeout))
	defer conn.SetDeadline(time.Time{})
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return nil, err
	}
	reader := bufio.NewReaderSize(conn, 64*1024)
	response, err := http.ReadResponse(reader, &http.Request{Method: "GET"})
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, refused{response.StatusCode}
	}
	digest := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if response.Header.Get("Sec-WebSocket-Accept") != base64.StdEncoding.EncodeToString(digest[:]) {
		return nil, errors.New("sec-websocket-accept is wrong")
	}
	socket := &webSocket{Conn: conn, reader: reader, subprotocol: response.Header.Get("Sec-WebSocket-Protocol")}
	for _, offered := range subprotocols {
		if offered == socket.subprotocol {
			return socket, nil
		}
	}
	return nil, fmt.Errorf("the service answered subprotocol %q", socket.subprotocol)
}

// Read gives payload of binary messages, and deals with control frames on the way.
func (w *webSocket) Read(into []byte) (int, error) {
	for w.left == 0 {
		if err := w.nextFrame(); err != nil {
			return 0, err
		}
	}
	if uint64(len(into)) > w.left {
		into = into[:w.left]
	}
	count, err := w.reader.Read(into)
	w.left -= uint64(count)
	return count, err
}

func (w *webSocket) nextFrame() error {
	head := make([]byte, 2, 8)
	if _, err := io.ReadFull(w.reader, head); err != nil {
		return err
	}
	final, opcode, length := head[0]&0x80 != 0, head[0]&0x0f, uint64(head[1]&0x7f)
	if head[0]&0x70 != 0 || head[1]&0x80 != 0 {
		return violation{1002, "reserved bits or a mask"}
	}
	if extra := map[uint64]int{126: 2, 127: 8}[length]; extra > 0 {
		wide := make([]byte, 8)
		if _, err := io.ReadFull(w.reader, wide[8-extra:]); err != nil {
			return err
		}
		length = binary.BigEndian.Uint64(wide)
	}
	if opcode >= opClose {
		return w.control(opcode, length, final)
	}
	switch {
	case opcode == opText:
		return violation{1003, "text is no tunnel data"}
	case opcode > opBinary:
		return violation{1002, "an unknown opcode"}
	case (opcode == opContinuation) != w.fragmented:
		return violation{1002, "fragments out of order"}
	case length > maxFrameBytes:
		return violation{1009, "a frame of more than 131076 bytes"}
	}
	w.fragmented = !final
	w.left = length
	return nil
}

func (w *webSocket) control(opcode byte, length uint64, final bool) error {
	if length > 125 || !final {
		return violation{1002, "a control frame that is long or fragmented"}
	}
	payload := make([]byte, length)
	if _, err := io.ReadFull(w.reader, payload); err != nil {
		return err
	}
	switch opcode {
	case opPing:
		return w.writeFrame(opPong, payload)
	case opPong:
		return nil
	case opClose:
		if length == 1 {
			return violation{1002, "half a close code"}
		}
		w.writeFrame(opClose, payload[:min(len(payload), 2)])
		if length == 0 {
			return closed{1005}
		}
		return closed{binary.BigEndian.Uint16(payload)}
	}
	return violation{1002, "an unknown opcode"}
}

func (w *webSocket) writeFrame(opcode byte, payload []byte) error {
	frame := make([]byte, 0, len(payload)+14)
	switch length := len(payload); {
	case length < 126:
		frame = append(frame, 0x80|opcode, 0x80|byte(length))
	case length < 65536:
		frame = append(frame, 0x80|opcode, 0x80|126, byte(length>>8), byte(length))
	default:
		frame = append(frame, 0x80|opcode, 0x80|127)
		frame = binary.BigEndian.AppendUint64(frame, uint64(length))
	}
	var mask [4]byte
	rand.Read(mask[:])
	frame = append(frame, mask[:]...)
	for i, b := range payload {
		frame = append(frame, b^mask[i&3])
	}
	w.writing.Lock()
	defer w.writing.Unlock()
	_, err := w.Conn.Write(frame)
	return err
}

// fail starts the closing handshake and does not wait for the answer.
func (w *webSocket) fail(code uint16) {
	w.writeFrame(opClose, binary.BigEndian.AppendUint16(nil, code))
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}
