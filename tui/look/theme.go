package look

// Style says what a piece of text means; a theme decides what that looks like. Colour never stands alone: every state also has a sign.
type Style uint8

// Styles.
const (
	Normal     Style = iota
	Dim              // labels, hints, what is of no matter now
	Strong           // values that count
	Heading          // titles
	Accent           // where the eye should be: selection, the open step
	Good             // ✓
	Warn             // !
	Bad              // ✗
	Border           // lines and boxes
	Input            // an input field without the cursor
	InputFocus       // the field being typed in
	Hint             // behind an empty field
	Key              // a key's name in the footer
	Brand            // the program's name
	styles
)

// Theme maps styles to terminal attributes (the parameters of SGR, ECMA-48 8.3.117).
type Theme struct {
	Name string
	sgr  [styles]string
	// ASCII draws borders and signs with ASCII characters, for terminals that show ─ ● ✓ two cells wide or not at all.
	ASCII bool
}

// Calm is the default: the terminal's own sixteen colours, used sparingly.
func Calm() Theme {
	return Theme{Name: "calm", sgr: [styles]string{
		Dim: "90", Strong: "1", Heading: "1", Accent: "1;36", Good: "32", Warn: "33", Bad: "1;31", Border: "90",
		Input: "4;90", InputFocus: "4", Hint: "4;90", Key: "36", Brand: "1;36",
	}}
}

// Contrast is for bright rooms and weak eyes: nothing is faint.
func Contrast() Theme {
	return Theme{Name: "contrast", sgr: [styles]string{
		Strong: "1", Heading: "1", Accent: "1;7", Good: "1;92", Warn: "1;93", Bad: "1;97;41", Input: "4", InputFocus: "1;4",
		Hint: "4", Key: "1", Brand: "1",
	}}
}

// Mono has no colour at all (NO_COLOR): bold, underline and reverse only.
func Mono() Theme {
	return Theme{Name: "mono", sgr: [styles]string{
		Strong: "1", Heading: "1", Accent: "1", Bad: "1", Input: "4", InputFocus: "1;4", Hint: "2;4", Key: "1", Brand: "1", Dim: "2", Border: "2",
	}}
}

// Choose finds a theme by name: calm, contrast, mono. noColor always gives Mono; unknown names give Calm.
func Choose(name string, noColor, ascii bool) Theme {
	t := Calm()
	switch {
	case noColor || name == "mono":
		t = Mono()
	case name == "contrast":
		t = Contrast()
	}
	t.ASCII = ascii
	return t
}

// asciiOf replaces what some terminals cannot show, or show too wide, by one ASCII character.
var asciiOf = map[rune]rune{
	'╭': '+', '╮': '+', '╰': '+', '╯': '+', '─': '-', '│': '|', '├': '+', '┤': '+',
	'✓': 'v', '✗': 'x', '●': '*', '○': 'o', '▸': '>', '‹': '<', '›': '>', '·': '.', '…': '~', '—': '-', '“': '"', '”': '"', '‘': '\'', '’': '\'',
	'▁': '.', '▂': '.', '▃': ':', '▄': ':', '▅': '+', '▆': '+', '▇': '#', '█': '#', '▓': '#', '░': '.', '↑': '^', '↓': 'v', '←': '<', '→': '>',
	'☑': 'x', '☐': '.', '−': '-', '×': 'x',
}
