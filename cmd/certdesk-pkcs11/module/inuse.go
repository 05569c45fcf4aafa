//go:build faulty

package module

// InUse is the serial of a UKey that this process has sessions on, "" where there is none. For builds that pull it.
func (m *Module) InUse() (serial string) {
	m.call(func() RV {
		for _, s := range m.slots {
			if s.token != nil {
				serial = s.serial
			}
		}
		return OK
	})
	return serial
}
