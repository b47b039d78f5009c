package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// jcards reads one jCard (RFC 7095), or an array of them.
func jcards(text string, yield func(*vcf.Card, error) bool) {
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		yield(nil, &vcf.SyntaxError{Line: 1, Problem: "not a jCard: " + err.Error()})
		return
	}
	if len(list) > 0 && strings.HasPrefix(strings.TrimSpace(string(list[0])), `"`) {
		list = []json.RawMessage{json.RawMessage(text)}
	}
	for i, one := range list {
		card, err := readJCard(one)
		if err != nil {
			err = &vcf.SyntaxError{Line: i + 1, Problem: err.Error()}
		}
		if !yield(card, err) {
			return
		}
	}
}

func readJCard(text json.RawMessage) (*vcf.Card, error) {
	var parts []json.RawMessage
	var kind string
	var properties [][]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil || len(parts) < 2 || json.Unmarshal(parts[0], &kind) != nil ||
		!strings.EqualFold(kind, "vcard") || json.Unmarshal(parts[1], &properties) != nil {
		return nil, errors.New("not a jCard: an array of \"vcard\" and its properties is expected")
	}
	card := &vcf.Card{Version: "4.0"}
	for _, each := range properties {
		p, err := readJProperty(each)
		if err != nil {
			return nil, err
		}
		if p.Name != "VERSION" {
			card.Properties = append(card.Properties, p)
		}
	}
	card.Source = card.Encode()
	return card, nil
}

// readJProperty reads the name, the parameters, the type and the values of a property.
func readJProperty(parts []json.RawMessage) (vcf.Property, error) {
	var name, kind string
	var params map[string]any
	if len(parts) < 4 || json.Unmarshal(parts[0], &name) != nil || json.Unmarshal(parts[1], &params) != nil ||
		json.Unmarshal(parts[2], &kind) != nil {
		return vcf.Property{}, errors.New("a property is not an array of name, parameters, type and value")
	}
	p := vcf.Property{Name: strings.ToUpper(name)}
	names := make([]string, 0, len(params))
	for param := range params {
		names = append(names, param)
	}
	slices.Sort(names)
	for _, param := range names {
		values := texts(params[param])
		if strings.EqualFold(param, "group") {
			p.Group = strings.Join(values, "")
			continue
		}
		p.SetParam(strings.ToUpper(param), values...)
	}
	if kind == "uri" {
		p.SetParam("VALUE", "uri")
	}
	var values []string
	for _, part := range parts[3:] {
		var value any
		if err := json.Unmarshal(part, &value); err != nil {
			return p, fmt.Errorf("the value of %s is not JSON", name)
		}
		values = append(values, jValue(value))
	}
	p.Value = strings.Join(values, ",")
	return p, nil
}

// jValue returns a value as it is in a vCard. In jCard the parts of a structured value are in an array, and those of a
// part in another.
func jValue(value any) string {
	list, isList := value.([]any)
	if !isList {
		return vcf.Escape(strings.Join(texts(value), ""))
	}
	parts := make([]string, len(list))
	for i, part := range list {
		var escaped []string
		for _, text := range texts(part) {
			escaped = append(escaped, vcf.Escape(text))
		}
		parts[i] = strings.Join(escaped, ",")
	}
	return strings.Join(parts, ";")
}

// texts returns what a JSON value says: one text, or those of an array.
func texts(value any) []string {
	switch value := value.(type) {
	case []any:
		var list []string
		for _, each := range value {
			list = append(list, texts(each)...)
		}
		return list
	case string:
		return []string{value}
	case nil:
		return []string{""}
	}
	return []string{fmt.Sprint(value)}
}

// isStructured reports whether the values of a property have parts.
func isStructured(name string) bool {
	return slices.Contains([]string{"N", "ADR", "ORG", "GENDER", "CLIENTPIDMAP"}, name)
}

// JCard returns a card as jCard.
func JCard(card *vcf.Card) ([]byte, error) {
	properties := []any{[]any{"version", map[string]any{}, "text", "4.0"}}
	modern := card.Modern()
	for i := range modern.Properties {
		properties = append(properties, jProperty(&modern.Properties[i]))
	}
	return json.Marshal([]any{"vcard", properties})
}

func jProperty(p *vcf.Property) []any {
	params := map[string]any{}
	kind := "text"
	for _, param := range p.Params {
		switch {
		case param.Name == "VALUE" && len(param.Values) > 0:
			kind = strings.ToLower(param.Values[0])
		case len(param.Values) == 1:
			params[strings.ToLower(param.Name)] = param.Values[0]
		default:
			params[strings.ToLower(param.Name)] = param.Values
		}
	}
	if p.Group != "" {
		params["group"] = p.Group
	}
	switch {
	case kind == "text" && strings.HasPrefix(p.Text(), "data:"):
		kind = "uri"
	case kind == "text" && (p.Name == "BDAY" || p.Name == "ANNIVERSARY") && p.Param("VALUE") == "":
		kind = "date-and-or-time"
	}
	property := []any{strings.ToLower(p.Name), params, kind}
	switch {
	case isStructured(p.Name):
		return append(property, jParts(p.Value))
	case p.Name == "CATEGORIES" || p.Name == "NICKNAME":
		for _, each := range p.List() {
			property = append(property, each)
		}
		return property
	}
	return append(property, p.Text())
}

// jParts returns the parts of a structured value; a part with several values is an array.
func jParts(value string) any {
	var parts []any
	start := 0
	add := func(part string) {
		values := (&vcf.Property{Value: part}).List()
		if len(values) == 1 {
			parts = append(parts, values[0])
			return
		}
		parts = append(parts, values)
	}
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case ';':
			add(value[start:i])
			start = i + 1
		}
	}
	add(value[start:])
	if len(parts) == 1 {
		return parts[0]
	}
	return parts
}
