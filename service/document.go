package service

import "time"

// DocKind names a paper.
type DocKind string

// Papers of the counter (DESIGN 10).
const (
	DocForm     DocKind = "form"     // application form 申请表
	DocReceipt  DocKind = "receipt"  // receipt 收据, no invoice
	DocHandover DocKind = "handover" // hand-over sheet 交付单
	DocNotice   DocKind = "notice"   // one-time notice 一次性告知书
)

// Document is a paper as content, in Chinese; printing turns it into pages. Equal documents give identical bytes.
type Document struct {
	Kind     DocKind   `json:"kind"`
	Title    string    `json:"title"`              // 数字证书业务申请表
	Subtitle string    `json:"subtitle,omitempty"` // the business
	No       string    `json:"no"`                 // case or receipt number, printed top right with its bar or QR code
	Hall     string    `json:"hall"`               // the hall's name, above the title
	CopyOf   string    `json:"copyOf,omitempty"`   // 客户联 / 存根联; 补打 n where it is a reprint
	Time     time.Time `json:"time"`               // the paper's date, also the PDF's creation date
	Blocks   []Block   `json:"blocks"`
	Foot     []string  `json:"foot,omitempty"` // small print at the end: 非发票, audit head
	Pages    int       `json:"pages,omitempty"`
}

// BlockType is the closed set of things a paper is made of.
type BlockType string

// Blocks. Which fields of Block apply stands beside each.
const (
	BlockHeading    BlockType = "heading"    // Text
	BlockGrid       BlockType = "grid"       // Pairs in Columns columns of label and value, ruled
	BlockTable      BlockType = "table"      // Head, Rows, Align (l r c per column), Widths (shares), Total as last bold row
	BlockText       BlockType = "text"       // Text, wrapped
	BlockChecks     BlockType = "checks"     // Checks: ☑ / ☐ with label
	BlockSignatures BlockType = "signatures" // Pairs: label and who (may be empty), with a line and a date to fill in
	BlockQR         BlockType = "qr"         // Text as QR code, Pairs[0].Label as caption
	BlockAmount     BlockType = "amount"     // Pairs: 大写 and 小写 of a sum, set large
	BlockGap        BlockType = "gap"        // vertical space
)

// Pair is a label with its value.
type Pair struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Wide  bool   `json:"wide,omitempty"` // takes the whole row of a grid
}

// Check is one line of a checklist.
type Check struct {
	Label string `json:"label"`
	Done  bool   `json:"done"`
}

// Block is one element of a Document.
type Block struct {
	Type    BlockType  `json:"type"`
	Text    string     `json:"text,omitempty"`
	Pairs   []Pair     `json:"pairs,omitempty"`
	Columns int        `json:"columns,omitempty"`
	Head    []string   `json:"head,omitempty"`
	Rows    [][]string `json:"rows,omitempty"`
	Align   string     `json:"align,omitempty"`
	Widths  []int      `json:"widths,omitempty"`
	Total   []string   `json:"total,omitempty"`
	Checks  []Check    `json:"checks,omitempty"`
}
