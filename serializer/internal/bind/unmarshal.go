package bind

import (
	"bytes"
	"encoding"
	stdjson "encoding/json"
	"reflect"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// unmarshal fills a variable through its own methods.
func (d *decoder) unmarshal(p *plan, to reflect.Value) error {
	x := to.Addr().Interface()
	ev := &d.ev
	if ev.Kind == event.KindString && p.texts&asText != 0 {
		text := bytes.Clone(ev.Data)
		err := x.(encoding.TextUnmarshaler).UnmarshalText(text)
		if err != nil && p.texts&asJSON != 0 {
			if x.(stdjson.Unmarshaler).UnmarshalJSON(literal.AppendString(nil, text)) == nil {
				return nil
			}
		}
		return err
	}
	if ev.Kind == event.KindBytes && p.texts&asBinary != 0 && p.texts&asCBOR == 0 {
		return x.(encoding.BinaryUnmarshaler).UnmarshalBinary(bytes.Clone(ev.Data))
	}
	asOther := p.texts&asCBOR != 0 && (d.set.Format == "cbor" || p.texts&asJSON == 0)
	if !asOther && p.texts&asJSON == 0 {
		return d.mismatch(p.t)
	}
	v, err := d.here()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if asOther {
		if err := event.Copy(cbor.NewWriter(&text), tree.NewReader(v)); err != nil {
			return err
		}
		return x.(cborUnmarshaler).UnmarshalCBOR(text.Bytes())
	}
	w := json.NewWriter(&text, nil, event.RefuseDuplicates)
	w.Plain = true
	if err := event.Copy(w, tree.NewReader(v)); err != nil {
		return err
	}
	return x.(stdjson.Unmarshaler).UnmarshalJSON(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}
