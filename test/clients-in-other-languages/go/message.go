package main

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

const (
	typeData            = 1
	typeStreamStart     = 2
	typeStreamReset     = 3
	typeSessionReset    = 4
	typeServiceIds      = 5
	typeConnectionStart = 6
	typeConnectionReset = 7
)

// message is the protobuf message of a tunnel frame.
type message struct {
	kind       uint64
	streamID   int32
	ignorable  bool
	payload    []byte
	service    string
	services   []string
	connection uint32
}

var errUnparsable = errors.New("a message that does not parse")

// frame is the message behind its two bytes of length.
func (m message) frame() []byte {
	out := make([]byte, 2, len(m.payload)+len(m.service)+32)
	out = binary.AppendUvarint(append(out, 1<<3), m.kind)
	out = binary.AppendUvarint(append(out, 2<<3), uint64(int64(m.streamID)))
	if len(m.payload) > 0 {
		out = binary.AppendUvarint(append(out, 4<<3|2), uint64(len(m.payload)))
		out = append(out, m.payload...)
	}
	if m.service != "" {
		out = binary.AppendUvarint(append(out, 5<<3|2), uint64(len(m.service)))
		out = append(out, m.service...)
	}
	if m.connection != 0 {
		out = binary.AppendUvarint(append(out, 7<<3), uint64(m.connection))
	}
	binary.BigEndian.PutUint16(out, uint16(len(out)-2))
	return out
}

func parse(body []byte) (message, error) {
	var m message
	for len(body) > 0 {
		tag, count := binary.Uvarint(body)
		if count <= 0 || tag>>3 == 0 {
			return m, errUnparsable
		}
		body = body[count:]
		var value uint64
		var text []byte
		switch tag & 7 {
		case 0:
			value, count = binary.Uvarint(body)
			if count <= 0 {
				return m, errUnparsable
			}
			body = body[count:]
		case 2:
			length, count := binary.Uvarint(body)
			if count <= 0 || length > uint64(len(body)-count) {
				return m, errUnparsable
			}
			text, body = body[count:count+int(length)], body[count+int(length):]
		case 1, 5:
			skip := 4
			if tag&7 == 1 {
				skip = 8
			}
			if len(body) < skip {
				return m, errUnparsable
			}
			body = body[skip:]
		default:
			return m, errUnparsable
		}
		switch tag {
		case 1 << 3:
			m.kind = value
		case 2 << 3:
			m.streamID = int32(value)
		case 3 << 3:
			m.ignorable = value != 0
		case 4<<3 | 2:
			m.payload = text
		case 5<<3 | 2:
			m.service = string(text)
		case 6<<3 | 2:
			m.services = append(m.services, string(text))
		case 7 << 3:
			m.connection = uint32(value)
		}
		if (tag>>3 == 5 || tag>>3 == 6) && !utf8.Valid(text) {
			return m, errUnparsable
		}
	}
	return m, nil
}
