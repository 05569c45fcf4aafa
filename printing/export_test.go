package printing

// FolderError is how Folder names a failed write.
func FolderError(dir string, err error) error {
	return folderError("printing.Folder.Print", dir, dir+"/a.pdf", err)
}

// Wrap breaks text into lines where every character is one wide.
func Wrap(s string, width, indent int) []string {
	var out []string
	for _, l := range wrap(s, float64(width), float64(indent), func(t string) float64 { return float64(len([]rune(t))) }) {
		out = append(out, l.text)
	}
	return out
}

// Clean and the marks that must not begin or end a line.
var Clean = clean

const NoStart, NoEnd = noStart, noEnd
