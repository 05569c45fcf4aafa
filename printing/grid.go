package printing

import "certdesk/service"

// grid sets labels and values in ruled rows; all labels of a block are equally wide, so that its columns line up.
func (s *sheet) grid(b service.Block) {
	n := min(max(b.Columns, 1), 4)
	if b.Columns == 0 {
		n = 2
	}
	lab, val := style{size: s.body - 0.5, gray: 0.1}, style{size: s.body}
	labelW := s.labelWidth(b.Pairs, lab, n)
	var rs []row
	var open []service.Pair
	flush := func() {
		if len(open) > 0 {
			rs = append(rs, s.gridRow(open, n, labelW, lab, val))
		}
		open = nil
	}
	for _, p := range b.Pairs {
		if p.Wide {
			flush()
			rs = append(rs, s.gridRow([]service.Pair{p}, 1, labelW, lab, val))
			continue
		}
		if open = append(open, p); len(open) == n {
			flush()
		}
	}
	flush()
	s.rows(rs, nil)
}

// labelWidth is the width of the widest label, within bounds that leave the values most of the row.
func (s *sheet) labelWidth(ps []service.Pair, st style, columns int) float64 {
	w := 18.0
	for _, p := range ps {
		w = max(w, s.measure(clean(p.Label), st)+2*cellPad+1.5)
	}
	return min(w, s.width()/float64(columns)*0.42, 42)
}

// gridRow sets pairs side by side in n columns; the last value takes what is left.
func (s *sheet) gridRow(ps []service.Pair, n int, labelW float64, lab, val style) row {
	column := s.width() / float64(n)
	var cells []cell
	for i, p := range ps {
		w := column - labelW
		if i == len(ps)-1 {
			w = s.width() - float64(i)*column - labelW
		}
		cells = append(cells,
			cell{w: labelW, text: p.Label, st: lab, align: 'c', fill: true},
			cell{w: w, text: p.Value, st: val, align: 'l'})
	}
	return s.fit(cells, s.row)
}

// table sets head, rows and total; money columns are aligned right by the block's Align.
func (s *sheet) table(b service.Block) {
	n := columnsOf(b)
	if n == 0 {
		return
	}
	st := style{size: s.body - 0.5}
	strong := style{size: st.size, bold: true}
	widths := s.columns(b, n, st)
	least := s.row * 0.9
	var head *row
	if len(b.Head) > 0 {
		h := s.fit(tableCells(b.Head, widths, "", strong, true), least)
		head = &h
	}
	var rs []row
	for _, r := range b.Rows {
		rs = append(rs, s.fit(tableCells(r, widths, b.Align, st, false), least))
	}
	if len(b.Total) > 0 {
		rs = append(rs, s.fit(tableCells(b.Total, widths, b.Align, strong, false), least))
	}
	s.rows(rs, head)
}

func tableCells(texts []string, widths []float64, align string, st style, head bool) []cell {
	cells := make([]cell, len(widths))
	for i, w := range widths {
		cells[i] = cell{w: w, st: st, align: 'l', fill: head}
		if i < len(texts) {
			cells[i].text = texts[i]
		}
		switch {
		case head:
			cells[i].align = 'c'
		case i < len(align):
			cells[i].align = align[i]
		}
	}
	return cells
}

// columns shares the width out by the block's Widths, or by what the columns hold.
func (s *sheet) columns(b service.Block, n int, st style) []float64 {
	shares, sum := make([]float64, n), 0.0
	for i := range shares {
		if i < len(b.Widths) && b.Widths[i] > 0 {
			shares[i] = float64(b.Widths[i])
		} else {
			shares[i] = s.natural(b, i, st, len(b.Widths) > 0)
		}
		sum += shares[i]
	}
	for i := range shares {
		shares[i] *= s.width() / sum
	}
	return shares
}

// natural is the widest entry of a column, between two characters and a third of the page; 1 beside given shares.
func (s *sheet) natural(b service.Block, col int, st style, shared bool) float64 {
	if shared {
		return 1
	}
	w := 2*s.body*mmPerPoint + 2*cellPad
	for _, r := range append([][]string{b.Head, b.Total}, b.Rows...) {
		if col < len(r) {
			w = max(w, s.measure(clean(r[col]), st)*1.04+2*cellPad)
		}
	}
	return min(w, s.width()/3)
}

// amount sets a sum in words and in figures, large, on one ruled row.
func (s *sheet) amount(ps []service.Pair) {
	if len(ps) == 0 {
		return
	}
	lab, val := style{size: s.body, bold: true}, style{size: s.body + 2.5, bold: true}
	labelW := s.labelWidth(ps, lab, len(ps))
	room := s.width() - labelW*float64(len(ps))
	cells := make([]cell, 0, 2*len(ps))
	for i, p := range ps {
		w := room
		if i < len(ps)-1 {
			later := 0.0
			for _, q := range ps[i+1:] {
				later += max(32, s.measure(clean(q.Value), val)+2*cellPad+4)
			}
			w = max(room-later, room*0.4)
		}
		room -= w
		cells = append(cells,
			cell{w: labelW, text: p.Label, st: lab, align: 'c', fill: true},
			cell{w: w, text: p.Value, st: val, align: 'l'})
	}
	s.rows([]row{s.fit(cells, s.row*1.45)}, nil)
}
