package service

// Lang is a screen language.
type Lang string

// The two languages every text exists in.
const (
	ZH Lang = "zh"
	EN Lang = "en"
)

// Text is one wording in both languages. Paper is always Chinese; the screen follows the clerk's choice.
type Text struct {
	ZH string `json:"zh" toml:"zh"`
	EN string `json:"en" toml:"en"`
}

// T builds a Text.
func T(zh, en string) Text { return Text{ZH: zh, EN: en} }

// Same is a Text that reads the same in both languages, such as a name or a number.
func Same(s string) Text { return Text{ZH: s, EN: s} }

// In returns the wording in lang; Chinese where lang is unknown or the English is missing.
func (t Text) In(lang Lang) string {
	if lang == EN && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

// Zero reports whether the text has no wording at all.
func (t Text) Zero() bool { return t == Text{} }
