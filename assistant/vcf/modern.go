package vcf

import (
	"slices"
	"strings"
)

// Modern returns the card in version 4.0 (RFC 6350): pictures become data: URIs, dates get their short form, the
// preferred one of several gets PREF=1, groups are named as in the standard. A card of version 4.0 is returned as it
// is.
func (c *Card) Modern() *Card {
	if c.Version == "4.0" {
		return c
	}
	modern := &Card{Version: "4.0", Line: c.Line}
	for _, p := range c.Properties {
		p.raw, p.read = nil, nil
		p.Params = slices.Clone(p.Params)
		p.modernise()
		modern.Properties = append(modern.Properties, p)
	}
	return modern
}

func (p *Property) modernise() {
	p.SetParam("CHARSET")
	switch p.Name {
	case "X-ADDRESSBOOKSERVER-KIND":
		p.Name = "KIND"
	case "X-ADDRESSBOOKSERVER-MEMBER":
		p.Name = "MEMBER"
	case "BDAY", "ANNIVERSARY":
		p.modernDay()
	}
	if p.IsBinary() {
		kind := "application/octet-stream"
		if types := p.Types(); len(types) > 0 {
			kind = "image/" + strings.TrimPrefix(types[0], "image/")
			if p.Name == "SOUND" {
				kind = "audio/" + types[0]
			}
		}
		p.SetParam("TYPE")
		p.SetParam("ENCODING")
		p.Value = Escape("data:" + kind + ";base64," + p.Value)
		return
	}
	types := p.Types()
	if slices.Contains(types, "pref") {
		types = slices.DeleteFunc(types, func(kind string) bool { return kind == "pref" })
		p.SetParam("TYPE", types...)
		p.SetParam("PREF", "1")
	}
	if p.Param("VALUE") == "date" {
		p.SetParam("VALUE")
	}
}

// modernDay writes a date without hyphens, and one without a year as --MMDD.
func (p *Property) modernDay() {
	omitted := p.Param("X-APPLE-OMIT-YEAR")
	p.SetParam("X-APPLE-OMIT-YEAR")
	day := p.Value
	if len(day) != 10 || day[4] != '-' || day[7] != '-' || p.Param("VALUE") == "text" {
		return
	}
	p.Value = strings.ReplaceAll(day, "-", "")
	if omitted != "" && strings.HasPrefix(day, omitted) {
		p.Value = "--" + p.Value[4:]
	}
}
