package idcheck

// guess names the type whose shape the input has. A number with a slip keeps the type it was meant to be: a shape never falls
// through to passport, which would accept it.
func (c Checker) guess(in []rune) Type {
	bare, _ := dropSeparators(in)
	switch {
	case len(in) == 0:
		return Auto
	case !numberLike(in):
		return Name
	case mobileLike(bare):
		return Mobile
	case len(in) >= 16:
		return c.guessLong(in)
	case all(in, isAlnum):
		return guessShort(in)
	case len(in) == 10 && in[8] == '-':
		return Org
	}
	return ID // digits broken by spaces or hyphens: the identity number is what people type in groups
}

func numberLike(in []rune) bool {
	digits, letters, spaces := 0, 0, 0
	for _, r := range in {
		switch {
		case isDigit(r):
			digits++
		case isLetter(r):
			letters++
		case r == ' ':
			spaces++
		case r != '-' && r != '+':
			return false
		}
	}
	words := spaces > 0 && letters > 1 // "3M China" is a name, "1101 0519 4912 3100 2X" is not
	return digits > 0 && !words
}

func mobileLike(bare []rune) bool {
	if bare[0] == '+' {
		return true
	}
	return all(bare, isDigit) && bare[0] == '1' && len(bare) >= 10 && len(bare) <= 12
}

// guessLong tells identity numbers from credit codes. Both may be 18 digits; then the one that holds wins, and between two
// that fail the year of birth decides.
func (c Checker) guessLong(in []rune) Type {
	if !all(in[:len(in)-1], isDigit) || !(isDigit(in[len(in)-1]) || in[len(in)-1] == 'X') {
		if all(in, isAlnum) {
			return USCC
		}
		return ID
	}
	if _, err := c.identity(in); err == nil {
		return ID
	}
	if _, err := uscc(in); err == nil {
		return USCC
	}
	century := string(in[6:8])
	if century == "18" || century == "19" || century == "20" || authority(string(in)) != nil {
		return ID
	}
	return USCC
}

// guessShort sorts at most 15 letters and digits.
func guessShort(in []rune) Type {
	n, letters := len(in), 0
	for letters < n && isLetter(in[letters]) {
		letters++
	}
	digitsAfter := all(in[letters:], isDigit)
	switch {
	case letters == 3 && n == 15 && digitsAfter:
		return ID
	case letters == 0 && digitsAfter && n == 8:
		return Permit
	case letters == 1 && digitsAfter && (n == 9 || n == 11) && (in[0] == 'H' || in[0] == 'M'):
		return Permit
	case n == 9 && !(digitsAfter && (letters == 1 || letters == 2) && string(in[:2]) != "MA"):
		return Org // since 2015 organisation codes begin with MA
	case letters == 0 && digitsAfter:
		return ID
	}
	return Passport
}
