package skf

import "github.com/emmansun/gmsm/sm4"

// sm4Block encrypts one block (GB/T 32907): what a token's session key is compared with, and a device's challenge.
func sm4Block(key, block []byte) ([]byte, error) {
	c, err := sm4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, sm4.BlockSize)
	c.Encrypt(out, block)
	return out, nil
}
