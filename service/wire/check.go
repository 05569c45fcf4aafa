package wire

import (
	"strconv"
	"unicode/utf8"

	"certdesk/service"
)

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func required(field string) error {
	return service.E(service.InputRequired, "wire.Check", service.Args{"field": field}, nil)
}

func tooLong(field string, limit int) error {
	return service.E(service.InputTooLong, "wire.Check", service.Args{"field": field, "max": strconv.Itoa(limit)}, nil)
}

func needText(field, value string, limit int) error {
	if value == "" {
		return required(field)
	}
	return capText(field, value, limit)
}

// capText counts bytes, as every limit of the protocol.
func capText(field, value string, limit int) error {
	if len(value) > limit {
		return tooLong(field, limit)
	}
	for _, r := range value {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return invalid(field, nil)
		}
	}
	return nil
}

func needBytes(field string, value []byte, limit int) error {
	switch {
	case len(value) == 0:
		return required(field)
	case len(value) > limit:
		return tooLong(field, limit)
	}
	return nil
}

func needList(field string, values [][]byte, limit int) error {
	switch {
	case len(values) == 0:
		return required(field)
	case len(values) > limit:
		return tooLong(field, limit)
	}
	for _, v := range values {
		if err := needBytes(field, v, MaxSmall); err != nil {
			return err
		}
	}
	return nil
}

func inRange(field string, value, low, high int64) error {
	if value < low || value > high {
		return invalid(field, nil)
	}
	return nil
}
